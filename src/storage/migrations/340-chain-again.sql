-- 340-chain-again.sql - an act that the contract refused is done again under its old name, with another nonce.

-- The block in which this attempt was reverted; null for all others.
alter table chain_tx add column reverted_in bigint;
