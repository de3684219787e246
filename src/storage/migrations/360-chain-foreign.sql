-- 360-chain-foreign.sql - leases that no session of this hub has: what they lock of a player's deposit is looked up by its payer.

create index chain_event_opened_by on chain_event ((facts->>'payer')) where kind = 'opened';
