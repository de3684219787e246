-- 330-conversion.sql - a third currency, and the house's accounts through which one becomes another. What was quoted is kept
-- for ever, like the transfers that name it.

alter table account drop constraint account_id_check;
alter table account add constraint account_id_check
  check (id ~ '^(DBC|PLAY|USD)/(player|held|operator|platform|burn|issued|chain|leaving|fx)/.');
alter table account drop constraint account_floor;
alter table account add constraint account_floor
  check (balance >= 0 or id ~ '^(DBC|PLAY|USD)/(issued|chain)/');

create table conversion_quote (
  id text primary key check (id ~ '^x_[0-9a-z]{26}$'),
  player text not null,
  from_currency text not null,
  to_currency text not null,
  amount numeric(38, 0) not null check (amount > 0 and amount % 1000 = 0),
  get numeric(38, 0) not null check (get > 0 and get % 1000 = 0),
  micro_usd_per_dbc bigint not null,
  price_source text not null,
  expires_at_ms bigint not null
);
create trigger conversion_quote_is_kept before update or delete on conversion_quote
  for each row execute function refuse_change();
