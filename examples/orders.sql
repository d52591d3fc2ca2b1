-- What a shop stores around its payments: enough that no crash, no lost answer and no notification
-- that comes twice makes it charge, ship or refund a second time. Plain SQL for SQLite, PostgreSQL
-- and MySQL. Amounts are decimal text, as the library takes and gives them: a floating point column
-- would invent kopecks.

-- One row per order of the shop.
create table orders (
    id            varchar(64)  not null primary key,
    amount        varchar(32)  not null,              -- '100.00'
    currency      varchar(3)   not null,              -- 'RUB'
    state         varchar(32)  not null default 'open' -- open, paid, closed, needs_attention
);

-- One row per attempt to have an order paid at one gateway, committed BEFORE create_payment: after
-- a crash the number tells what to ask for. A number is never used again, not even after a failure.
create table attempts (
    number        varchar(64)  not null primary key,  -- order_number: unique for ever
    order_id      varchar(64)  not null references orders (id),
    attempt       integer      not null,              -- 1, 2, ...
    gateway       varchar(32)  not null,
    amount        varchar(32)  not null,              -- what is expected, whatever a gateway says
    currency      varchar(3)   not null,
    hold          integer      not null default 0,    -- what `expect.hold` says
    request       text         not null,              -- JSON of create_payment: settle wants the same
    sent_at       varchar(32)  not null,              -- RFC 3339; the grace time counts from here
    payment_id    varchar(64)  unique,                -- the gateway's id; null until it answered
    page_url      text,                               -- can pay: keep it as you keep a password
    page_shown    integer      not null default 0,    -- 1 BEFORE the buyer is sent there
    stage         varchar(16),                        -- of instalments: invoice, beginning, begun
    status        varchar(32)  not null default 'sent',
    unique (order_id, attempt)
);

-- One row per refund, committed BEFORE refund. The id makes a repeat harmless; the amounts before
-- tell afterwards whether it happened, and whether something else moved in between.
create table refunds (
    refund_id         varchar(32) not null primary key,
    number            varchar(64) not null references attempts (number),
    amount            varchar(32) not null,
    captured_before   varchar(32) not null,
    refunded_before   varchar(32) not null,
    sent_at           varchar(32) not null,
    status            varchar(32) not null default 'sent' -- sent, done, failed, needs_attention
);

-- One row per state of a payment that was acted upon. The key does it: a notification that comes
-- three times, and the buyer's return in the same moment, find the row and change nothing. The id is
-- that of `confirm` or `payment_status`: what a notification itself says is a hint and has none.
create table applied_states (
    state_id      varchar(64)  not null primary key,
    number        varchar(64)  not null references attempts (number),
    status        varchar(32)  not null
);

-- THE transaction: applies a state once. Answer the gateway only after its commit; if anything in it
-- fails, roll back and answer `retry`. MySQL writes `insert ignore into`, without `on conflict`.
--
--   begin;
--   -- On PostgreSQL and MySQL: locks the order, so that two workers come one after the other.
--   -- SQLite has no row locks: `begin immediate` does it.
--   --   select state from orders where id = :order_id for update;
--   insert into applied_states (state_id, number, status)
--     values (:state_id, :number, :status) on conflict (state_id) do nothing;
--   -- No row inserted: another worker was here before. Commit, answer `ok`, do nothing else.
--   update attempts set status = :status where number = :number;
--   -- Money on an order that is closed meanwhile is never hidden:
--   update orders set state = case state when 'open' then 'paid' else 'needs_attention' end
--     where id = :order_id;                           -- only where :status is 'paid'
--   commit;
