-- 650-short-reasons.sql - two characters are a reason (src/protocol/reason.ts): in Chinese they say enough.
alter table admin_act drop constraint admin_act_reason_check, add check (length(reason) >= 2);
