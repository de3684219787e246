-- 640-former-nodes.sql - machines that their operator took out: a stake lies on in the registry, and its way back begins at
-- the machine's address.

create table former_node (
  node text not null check (node ~ '^0x[0-9a-f]{40}$'),
  operator text not null check (operator ~ '^0x[0-9a-f]{40}$'),
  name text not null,
  gone_at_ms bigint not null,
  primary key (operator, node)
);
