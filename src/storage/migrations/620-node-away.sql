-- 620-node-away.sql - when machines were away without a word: it costs their reliability, and their operators want to know. The
-- operator is the one at that time; a machine that changes hands leaves its past behind.
create table node_away (
  node text not null,
  operator text not null,
  from_ms bigint not null,
  until_ms bigint,
  -- In planned maintenance: it costs nothing.
  planned boolean not null,
  primary key (node, from_ms)
);
create unique index node_away_open on node_away (node) where until_ms is null;
create index node_away_of on node_away (operator, from_ms desc);

-- Machines that are there, so that a hub that was down misses those that did not come back.
create table node_watch (
  node text primary key,
  operator text not null
);
