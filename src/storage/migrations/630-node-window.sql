-- 630-node-window.sql - planned maintenance of machines. A plan outlives the hub that took it.
create table node_window (
  id text primary key check (id ~ '^w_[0-9a-z]{26}$'),
  node text not null,
  operator text not null,
  from_ms bigint not null,
  until_ms bigint not null check (until_ms > from_ms)
);
create index node_window_until on node_window (until_ms);

-- Words by which an operator finds machines. They are the operator's, not the machine's.
create table node_tags (
  node text not null,
  operator text not null,
  tags text[] not null,
  primary key (node, operator)
);
