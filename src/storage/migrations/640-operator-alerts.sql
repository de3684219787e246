-- 640-operator-alerts.sql - how operators are told of trouble, and what they were told: an alert is told once when it begins and
-- once when it ends, also by a hub that was started anew in between.
create table alert_settings (
  operator text primary key,
  webhook_url text,
  webhook_salt text,
  mail text,
  language text not null,
  offline_minutes integer not null check (offline_minutes between 1 and 1440),
  payout_wei numeric(38, 0),
  check ((webhook_url is null) = (webhook_salt is null))
);

create table alert (
  id text primary key check (id ~ '^a_[0-9a-z]{26}$'),
  operator text not null,
  kind text not null,
  subject text not null,
  name text not null,
  facts jsonb not null,
  began_at_ms bigint not null,
  ended_at_ms bigint,
  told text[] not null
);
create unique index alert_stands on alert (operator, kind, subject) where ended_at_ms is null;
