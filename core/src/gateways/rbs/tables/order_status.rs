//! What `getOrderStatusExtended` answers. It grows with the version set for the merchant: the number
//! in parentheses is the one that brought the field. Source: docs/gateways/rbs.md, "Status".

use crate::native::{Told, told};

pub const STATUS_REPLY: &[Told] = &[
    told("errorCode", "0, or 6 for an unknown order"),
    told("errorMessage", "for people"),
    told("userMessage", "for the buyer"),
    told("displayErrorMessage", "for the buyer (33)"),
    told("orderNumber", "the merchant's number"),
    told(
        "orderStatus",
        "0 to 8 (docs/gateways/rbs.md, Status); absent for an unknown order, and of a refused try at \
         some banks (SATIM)",
    ),
    told("actionCode", "why the last try failed; -100 none, 0 success"),
    told("actionCodeDescription", "the same for people"),
    told("originalActionCode", "the processing centre's own code"),
    told("amount", "minor units, as registered"),
    told("totalAmount", "minor units; also inside paymentAmountInfo (18)"),
    told("currency", "ISO 4217 number as text; 810 stands for 643"),
    told("date", "of registration, Unix milliseconds"),
    told("authDateTime", "Unix milliseconds (2)"),
    told("depositedDate", "Unix milliseconds (10)"),
    told("refundedDate", "Unix milliseconds (12)"),
    told("reversedDate", "Unix milliseconds (12)"),
    told("orderDescription", "as registered"),
    told("ip", "the buyer's"),
    told("merchantOrderParams", "jsonParams as {name, value} pairs"),
    told("transactionAttributes", "{name, value} pairs (14)"),
    told("attributes", "{name, value} pairs; mdOrder is the gateway's id"),
    // The sums.
    told("paymentAmountInfo.paymentState", "CREATED, APPROVED, DEPOSITED, REVERSED, ... (3)"),
    told("paymentAmountInfo.approvedAmount", "held, minor units (3)"),
    told("paymentAmountInfo.depositedAmount", "captured, less what went back (3)"),
    told("paymentAmountInfo.refundedAmount", "given back, minor units (3)"),
    told("paymentAmountInfo.totalAmount", "minor units (18)"),
    told("paymentAmountInfo.feeAmount", "minor units"),
    told("dccInfo", "object: conversion into the card's currency"),
    told("loyaltyInfo", "bonuses (4, Alfa)"),
    told(
        "refunds",
        "each with amount, date (text), actionCode (text), externalRefundId (21), approvalCode (26), \
         referenceNumber, sbp.operationId (5)",
    ),
    told(
        "operations",
        "each with operationType (PRE_AUTH, COMPLETION, PURCHASE, REFUND, REVERSAL_FOR_PRE_AUTH, \
         REVERSAL_FOR_COMPLETION, REVERSAL_FOR_PURCHASE, REVERSAL_FOR_REFUND, \
         COMMUNICATION_REVERSAL), amount, operationDate, success, authCode, referenceNumber, pan, \
         cardHolder, currencyCode, terminalId",
    ),
    told("partialAuthorization", "REQUESTED, PARTIAL_AMOUNT, ... (41, BPC)"),
    told("chargeback", "whether the payment is disputed (6)"),
    // The card, and how it was checked.
    told("paymentWay", "CARD, CARD_BINDING, SBP_C2B, APPLE_PAY, MIR_PAY, ... (9)"),
    told("cardAuthInfo.maskedPan", "like 411111**1111; also as pan"),
    told("cardAuthInfo.expiration", "yyyyMM, as text or number"),
    told("cardAuthInfo.cardholderName", "the buyer's name"),
    told("cardAuthInfo.approvalCode", "the bank's approval, 6 characters; 8 were seen"),
    told("cardAuthInfo.paymentSystem", "VISA, MASTERCARD, MIR, ... (8)"),
    told("cardAuthInfo.product", "the card's product (8)"),
    told(
        "cardAuthInfo.productCategory",
        "DEBIT, CREDIT, PREPAID, NON_MASTERCARD, CHARGE, DEFERRED_DEBIT (17)",
    ),
    told("cardAuthInfo.corporateCard", "(35)"),
    told(
        "cardAuthInfo.secureAuthInfo",
        "eci, threeDSInfo {cavv, xid}, paResStatus, veResStatus, paResCheckStatus (7), \
         aresTransStatus, rreqTransStatus, threeDSProtocolVersion (30), authTypeIndicator (43)",
    ),
    told("detokenizedPanRepresentation", "the card behind a token (39, BPC)"),
    told("detokenizedPanExpiryDate", "its expiry (39, BPC)"),
    told(
        "tokenizationInfo",
        "tokenId, tokenizationProvider (vts, mcs), panReference, dpan, tokenExpiry (45, BPC)",
    ),
    told("avsCode", "A both match, B address, C postcode, D none, E impossible, F bad format (19)"),
    told("terminalId", "of the bank (2)"),
    told("authRefNum", "retrieval reference number (2)"),
    told("feUtrnno", "of the processing centre (16)"),
    told("bankInfo", "bankName, bankCountryCode, bankCountryName; UNKNOWN where it is not (3)"),
    told("tii", "who began it: INITIAL, FILE_CREDENTIAL, UNSCHEDULED, RECURRENT, ... (37)"),
    told("usedPsdIndicatorValue", "LVP, TRA or SCA_REQUIRED (37)"),
    // What belongs to the order.
    told("bindingInfo.clientId", "the shop's id of the buyer"),
    told("bindingInfo.bindingId", "the stored card; it can pay"),
    told("bindingInfo.externalCreated", "(20)"),
    told("payerData", "email, phone, postAddress (13), paymentAccountReference (38, BPC)"),
    told(
        "orderBundle",
        "the cart (1), its loyalties (32, Alfa), depositedItemAmount, itemPrice (34)",
    ),
    told("ofdOrderBundle", "the receipt's positions (24)"),
    told("prepaymentMdOrder", "the prepayment's order (15)"),
    told("partpaymentMdOrders", "orders of part payments (15)"),
    told("pluginInfo", "of an alternative way to pay (28)"),
    told("efectyOrderInfo", "of payments by Efecty (23)"),
    told("mcc", "merchant category (46, BPC)"),
    told("mvv", "(46, BPC)"),
    told("paymentFacilitator", "as registered (46, BPC)"),
];
