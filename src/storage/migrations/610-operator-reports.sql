-- 610-operator-reports.sql - an operator's ended sessions are read newest first, page by page.
create index session_of_operator_ended on session (operator, ended_at_ms desc, id desc) where receipt is not null;
