-- 310-play-records.sql - proof of play time: what player and node signed each minute (src/protocol/play-record.ts). A record
-- never changes; a signature that came later is added once.

create table play_record (
  session text not null references session,
  seq integer not null check (seq > 0),
  record jsonb not null,
  node_signature text not null,
  player_signature text,
  primary key (session, seq)
);

create function keep_record() returns trigger language plpgsql as $$
begin
  if new.record <> old.record or new.node_signature <> old.node_signature
    or (old.player_signature is not null and new.player_signature is distinct from old.player_signature) then
    raise exception 'a play record is written once' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger play_record_is_kept before update on play_record for each row execute function keep_record();
create trigger play_record_is_not_removed before delete on play_record for each row execute function refuse_change();
create trigger play_record_is_not_emptied before truncate on play_record
  for each statement execute function refuse_change();
