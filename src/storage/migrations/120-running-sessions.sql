-- 120-running-sessions.sql - a payer with a long history (a café has a hundred thousand sessions a year) must not slow its
-- running ones down: what is asked during play is found without reading what is over.
create index session_running on session (player) where receipt is null;
create index session_spent on session (player, spend_day) where receipt is not null;
create index session_count_open on session_count (session) where fence > 0;
