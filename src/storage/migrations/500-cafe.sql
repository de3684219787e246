-- 500-cafe.sql - net cafés. What a café is now lies in cafe_thing, one row a thing; what happened lies in five tables that are
-- written once: acts by their keys, entries of the ledger, receipts, audit lines. Local money is whole minor units.

create table cafe (
  id text primary key,
  -- Grows by one with each change: whoever writes names the one it saw.
  rev bigint not null,
  next_receipt bigint not null,
  settings_version bigint not null
);

create table cafe_thing (
  cafe text not null references cafe,
  kind text not null,
  id text not null,
  -- As src/storage/cafe-codec.ts writes it: amounts are {"$n": "decimal"}.
  body jsonb not null,
  -- False: put away. It is part of the past and no longer of the café.
  live boolean not null,
  at_ms bigint not null,
  primary key (cafe, kind, id)
);
create index cafe_thing_live on cafe_thing (cafe) where live;
create index cafe_staff on cafe_thing (id) where kind = 'staff' and live;
create index cafe_past on cafe_thing (cafe, kind, at_ms) where kind in ('tab', 'shift');

create table cafe_act (
  cafe text not null references cafe,
  key text not null,
  request text not null,
  answer text not null,
  at_ms bigint not null,
  primary key (cafe, key)
);

create table cafe_entry (
  seq bigint generated always as identity primary key,
  cafe text not null references cafe,
  kind text not null check (kind in ('receipt', 'float', 'paid-in', 'paid-out', 'variance', 'carried-away')),
  debit text not null,
  credit text not null,
  minor numeric(20, 0) not null check (minor > 0),
  receipt bigint,
  shift text,
  -- Business day: the site's date when the shift was opened.
  date text not null,
  at_ms bigint not null,
  check (debit <> credit)
);
create index cafe_entry_day on cafe_entry (cafe, date);

create table cafe_receipt (
  cafe text not null references cafe,
  number bigint not null,
  date text not null,
  body jsonb not null,
  primary key (cafe, number)
);
create index cafe_receipt_day on cafe_receipt (cafe, date);

create table cafe_audit (
  seq bigint generated always as identity primary key,
  cafe text not null,
  at_ms bigint not null,
  actor jsonb not null,
  act text not null,
  outcome text not null,
  about text,
  reason text,
  before jsonb not null,
  after jsonb not null
);
create index cafe_audit_of on cafe_audit (cafe, seq);
create index cafe_audit_act on cafe_audit (cafe, act, at_ms);

do $$
declare kept text;
begin
  foreach kept in array array['cafe_act', 'cafe_entry', 'cafe_receipt', 'cafe_audit'] loop
    execute format('create trigger %I_is_kept before update or delete on %I for each row execute function refuse_change()', kept, kept);
    execute format('create trigger %I_is_not_emptied before truncate on %I for each statement execute function refuse_change()', kept, kept);
    execute format('revoke update, delete, truncate on %I from public, current_user', kept);
  end loop;
end $$;
