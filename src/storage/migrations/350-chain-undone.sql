-- 350-chain-undone.sql - a session that the chain was done with and is not any more: the block that ended it was dropped, or
-- a lease that had been given up was opened after all. Its last transfers are moved back by further ones.

-- False while the session is to be ended again; each end is a round, so that its transfers have keys of their own.
alter table chain_done add column counts boolean not null default true, add column round integer not null default 0;
create index session_lease on session ((facts->>'lease')) where currency = 'DBC';
