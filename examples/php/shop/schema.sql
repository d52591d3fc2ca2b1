-- What the shop stores around its payments: enough that no crash, no lost answer and no notification
-- that comes twice makes it charge or ship a second time. For SQLite. Sums of goods are integers of
-- kopecks; what the library takes and gives is decimal text. A floating point column invents money.

-- One row per order. `secret` stands in the buyer's addresses: who knows it sees this order, and no other.
create table orders (
    id          text    not null primary key,
    secret      text    not null unique,
    form        text    not null unique,             -- of the page that ordered: sent twice, one order
    email       text    not null,
    goods       text    not null,                    -- JSON: [{name, price, quantity}]
    amount      text    not null,                    -- '100.00'
    currency    text    not null,                    -- 'RUB'
    state       text    not null default 'open'
                check (state in ('open', 'paid', 'closed', 'needs_attention')),
    paid_by     text,                                -- the attempt that paid, whatever the state; set once
    created_at  text    not null
);

-- One row per attempt to have an order paid, committed BEFORE createPayment: after a crash the number
-- tells what to ask for. A number is never used again, not even after a failure.
create table attempts (
    number      text    not null primary key,        -- order_number: unique for ever
    order_id    text    not null references orders (id),
    attempt     integer not null,                    -- 1, 2, ...
    gateway     text    not null,                    -- `name` of the configuration, or the gateway's
    amount      text    not null,                    -- what is expected, whatever a gateway says
    currency    text    not null,
    request     text    not null,                    -- JSON of createPayment: settle wants the same
    sent_at     text    not null,                    -- RFC 3339; the grace time counts from here
    payment_id  text,                                -- the gateway's id; null until it is known
    page        text,                                -- JSON of the action: can pay, so keep it as a password
    page_shown  integer not null default 0,          -- 1 BEFORE the buyer is sent there
    stage       text,                                -- of instalments: invoice, beginning, begun
    status      text    not null default 'not_sent', -- then sent, then the payment's; see Attempt.php
    final       integer not null default 0,          -- 1: nothing more is asked for
    asked_at    integer not null default 0,          -- Unix time: when a buyer last had it asked for
    unique (order_id, attempt),                      -- two workers cannot both open the next one
    unique (gateway, payment_id)                     -- two gateways may both count from 1
);

-- One row per state of a payment that was acted upon. The key does it: a notification that comes
-- three times, and the buyer's return in the same moment, find the row and change nothing.
create table applied_states (
    state_id    text    not null primary key,
    number      text    not null references attempts (number),
    status      text    not null,
    captured    text,
    refunded    text,
    applied_at  text    not null
);

-- What a person must look at. Nothing that concerns money is only logged.
create table attention (
    order_id    text    not null references orders (id),
    why         text    not null,
    seen_at     text    not null,
    primary key (order_id, why)
);

create index attempts_open on attempts (final, number);
