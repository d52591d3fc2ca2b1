-- The table beside the platform's own, for shop.php. A number is never used again.
create table kopeck_attempts (
    number     varchar(36) not null primary key,   -- order_number: an attempt, unique for ever
    order_id   varchar(30) not null,
    attempt    int not null,
    request    text not null,                      -- JSON of createPayment
    sent_at    varchar(32) not null,
    payment_id varchar(64),                        -- null until the gateway answered
    url        text,                               -- can pay: treat it as a password
    state      varchar(64),                        -- the last state_id that was applied
    status     varchar(24),                        -- the payment's, as it was then
    done       int not null default 0              -- 1: asked for no more; without a payment_id it was given up
);
