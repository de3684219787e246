-- 100-ledger.sql - double entry. A transfer is written once and never changed; balances follow from transfers inside the
-- database, so no program can make them differ. Amounts are whole wei in multiples of 1,000.

create table account (
  -- currency/kind/owner, as src/billing/ledger.ts writes it
  id text primary key check (id ~ '^(DBC|PLAY)/(player|held|operator|platform|burn|issued|chain)/.'),
  balance numeric(38, 0) not null default 0,
  -- Only what stands outside may owe.
  constraint account_floor check (balance >= 0 or id ~ '^(DBC|PLAY)/(issued|chain)/')
) with (fillfactor = 70);

create table transfer (
  -- Names the act for ever: the same act can be written only once.
  key text primary key,
  from_account text not null references account,
  to_account text not null references account,
  amount numeric(38, 0) not null check (amount > 0 and amount % 1000 = 0),
  session text,
  -- Wall clock of the hub when it decided; `posted_at` is the database's.
  at_ms bigint not null,
  posted_at timestamptz not null default now(),
  check (from_account <> to_account),
  check (split_part(from_account, '/', 1) = split_part(to_account, '/', 1))
);
create index transfer_from on transfer (from_account, at_ms);
create index transfer_to on transfer (to_account, at_ms);
create index transfer_session on transfer (session) where session is not null;

create function transfer_moves_balances() returns trigger language plpgsql as $$
begin
  -- In one order everywhere, so that two groups cannot wait for each other.
  perform 1 from account
    where id in (select from_account from posted union select to_account from posted)
    order by id for no key update;
  update account set balance = balance + moved.amount
    from (
      select id, sum(amount) as amount from (
        select from_account as id, -amount as amount from posted
        union all
        select to_account, amount from posted
      ) entry group by id
    ) moved
    where account.id = moved.id;
  return null;
end $$;
create trigger transfer_moves_balances after insert on transfer
  referencing new table as posted for each statement execute function transfer_moves_balances();

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger transfer_is_kept before update or delete on transfer
  for each row execute function refuse_change();
create trigger transfer_is_not_emptied before truncate on transfer
  for each statement execute function refuse_change();

create function refuse_direct_balance() returns trigger language plpgsql as $$
begin
  -- Depth 1 is this trigger itself: somebody updates the table by hand.
  if pg_trigger_depth() < 2 then
    raise exception 'balances follow from transfers' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger account_follows before update on account
  for each row execute function refuse_direct_balance();
create trigger account_is_kept before delete on account
  for each row execute function refuse_change();

revoke update, delete, truncate on transfer from public, current_user;
revoke delete, truncate on account from public, current_user;
