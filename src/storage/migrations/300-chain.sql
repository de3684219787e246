-- 300-chain.sql - what the hub saw and did on a chain. Blocks and events can be taken back by the chain; money that followed
-- them is then moved back by further transfers, and the event keeps its row with `counts` false.

-- Coins on their way out belong to nobody's play any more.
alter table account drop constraint account_id_check;
alter table account add constraint account_id_check
  check (id ~ '^(DBC|PLAY)/(player|held|operator|platform|burn|issued|chain|leaving)/.');

-- Which books a session is kept in: coins and play money never meet.
alter table session add column currency text not null default 'PLAY' check (currency in ('DBC', 'PLAY'));

create table chain_block (
  number bigint primary key,
  hash text not null,
  parent text not null,
  at_s bigint not null
);

create table chain_event (
  block_hash text not null,
  log_index integer not null,
  block_number bigint not null,
  tx_hash text not null,
  kind text not null,
  lease text,
  facts jsonb not null,
  -- False once the block was dropped; true again, one round later, if the chain comes back to it.
  counts boolean not null,
  round integer not null,
  primary key (block_hash, log_index)
);
create index chain_event_number on chain_event (block_number) where counts;
create index chain_event_lease on chain_event (lease, kind) where counts and lease is not null;

-- Transactions of the one signer, written before they are sent. A purpose has one nonce at a time; attempts of one nonce
-- replace each other by their price.
create table chain_tx (
  purpose text not null,
  attempt integer not null,
  nonce bigint not null,
  raw text not null,
  hash text not null unique,
  gas_price numeric(38, 0) not null,
  call jsonb not null,
  at_ms bigint not null,
  primary key (purpose, attempt),
  unique (nonce, gas_price)
);
create index chain_tx_nonce on chain_tx (nonce);

-- In which block an act is. Written once the block is deep enough; taken away when the chain drops it all the same.
create table chain_end (
  purpose text primary key,
  hash text not null,
  block_number bigint not null,
  block_hash text not null,
  ok boolean not null
);

-- The node's word that a voucher was the last of its lease.
create table chain_close (
  lease text primary key,
  seq numeric(20, 0) not null,
  amount numeric(38, 0) not null,
  signature text not null
);

-- Sessions that the chain is done with: nothing of theirs is sent any more.
create table chain_done (
  session text primary key references session,
  -- settled: by vouchers; missed: it was never opened there, and what the ledger had charged went back.
  how text not null check (how in ('settled', 'missed'))
);
create index session_of_coins on session (started_at_ms) where currency = 'DBC';
