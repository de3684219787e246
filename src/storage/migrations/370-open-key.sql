-- 370-open-key.sql - an Open names the key that signs it. In sessions from before it was the consent's own.
update session set facts = jsonb_set(facts, '{open,key}', facts->'consent'->'sessionKey')
where facts->'open'->'key' is null;
