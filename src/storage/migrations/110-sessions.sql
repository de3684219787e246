-- 110-sessions.sql - sessions, what they lock, what they count. The hot counters lie in a narrow table of their own: a
-- tick must not rewrite the receipt's half of a session.

create table consent (
  id text primary key,
  payer text not null,
  nonce numeric(78, 0) not null,
  max_amount numeric(78, 0) not null,
  -- Open sessions lock their maximum, closed ones what they cost.
  locked numeric(78, 0) not null default 0,
  unique (payer, nonce),
  constraint consent_covers_locks check (locked >= 0 and locked <= max_amount)
);

create table session (
  id text primary key,
  player text not null,
  node text not null,
  operator text not null,
  open_key text not null,
  consent_id text not null references consent,
  open_nonce numeric(78, 0) not null unique,
  locked numeric(78, 0) not null,
  started_at_ms bigint not null,
  -- What never changes, as JSON (src/storage/session-codec.ts).
  facts jsonb not null,
  open_signature text,
  resume_token_hash text not null,
  -- From here on: written once, at the end.
  receipt jsonb,
  ended_at_ms bigint,
  cost numeric(38, 0),
  operator_wei numeric(38, 0),
  billed_ms bigint,
  spend_day integer,
  spent_on_day numeric(38, 0),
  unique (player, open_key)
);
create index session_of_player on session (player, started_at_ms desc);
create index session_of_operator on session (operator, node) where receipt is not null;
create index session_ended on session (ended_at_ms) where receipt is not null;

create function keep_receipt() returns trigger language plpgsql as $$
begin
  if old.receipt is not null and new.receipt is distinct from old.receipt then
    raise exception 'a receipt is written once' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger session_keeps_receipt before update on session
  for each row execute function keep_receipt();

create table session_count (
  session text primary key references session,
  -- Which hub may write: raised by a take-over, 0 once the session is closed.
  fence integer not null,
  rev bigint not null,
  holds integer not null,
  epoch integer not null,
  player_good_ms bigint not null,
  node_good_ms bigint not null,
  bad_ms bigint[] not null,
  spend_day integer not null,
  spend_start numeric(38, 0) not null,
  received_bytes bigint not null,
  first_frame_at_ms bigint,
  voucher_seq numeric(20, 0),
  voucher_served_ms bigint,
  voucher_amount numeric(38, 0),
  voucher_signature text,
  relay_to_player bigint,
  relay_to_node bigint
) with (fillfactor = 50);

create table session_sample (
  session text not null references session,
  at_ms bigint not null,
  good_ms bigint not null,
  cost numeric(38, 0) not null,
  fps real not null,
  rtt_ms real not null,
  loss_share real not null,
  kbps real not null,
  click_to_frame_ms real,
  primary key (session, at_ms)
);

create table day_cap (
  player text primary key,
  cap numeric(38, 0),
  later_from_day integer,
  later_cap numeric(38, 0)
);

create table note (
  name text primary key,
  text text not null
);
