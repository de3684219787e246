-- 320-admin.sql - those who run the hub: what they did and why, and what is in force because of it. Lines of the audit are
-- never changed. Transfers get a number, so that an account can be read page by page.

alter table transfer add column seq bigint generated always as identity;
create unique index transfer_seq on transfer (seq);

create table admin_act (
  seq bigint generated always as identity primary key,
  -- Names the act for ever: the same act twice is done once.
  key text not null unique,
  at_ms bigint not null,
  -- A wallet's address, or local:NAME for the command line on the data folder.
  who text not null,
  act jsonb not null,
  reason text not null check (length(reason) >= 3),
  before jsonb not null,
  after jsonb not null
);
create trigger admin_act_is_kept before update or delete on admin_act for each row execute function refuse_change();
create trigger admin_act_is_not_emptied before truncate on admin_act
  for each statement execute function refuse_change();
revoke update, delete, truncate on admin_act from public, current_user;

create table suspension (
  kind text not null check (kind in ('player', 'node', 'operator')),
  id text not null check (id ~ '^0x[0-9a-f]{40}$'),
  since_ms bigint not null,
  who text not null,
  reason text not null,
  primary key (kind, id)
);

create table announcement (
  id text primary key,
  text text not null,
  until_ms bigint not null
);
