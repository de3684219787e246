-- 200-hub.sql - who is logged in, and which machine belongs to whom. Tokens are kept as SHA-256 only.

create table login (
  token_hash text primary key check (token_hash ~ '^[0-9a-f]{64}$'),
  player text not null,
  -- Unix milliseconds; moved when the login is used.
  until_ms bigint not null
);
create index login_until on login (until_ms);

create table node (
  -- The address of the machine's key.
  id text primary key check (id ~ '^0x[0-9a-f]{40}$'),
  operator text not null check (operator ~ '^0x[0-9a-f]{40}$'),
  -- On top of the base price, in basis points of it.
  premium_bps integer not null default 0 check (premium_bps between 0 and 10000),
  suspended boolean not null default false,
  name text not null default 'new',
  region text not null default 'unknown',
  slots integer not null default 0,
  seen_at_ms bigint not null
);
create index node_operator on node (operator);

create table node_token (
  token_hash text primary key check (token_hash ~ '^[0-9a-f]{64}$'),
  operator text not null,
  until_ms bigint not null,
  -- The one machine it bound; a token is used up by it.
  used_by text references node
);
