// src/storage/pg-counters.ts - the counters of running sessions and their samples: written many at once, and only under the
// fence of the hub that runs them.
import type { Closing, CounterRow, Opening, Sample } from '../app/money/ports.ts';
import type { SessionId } from '../base/ids.ts';
import type { Database, Transaction } from './database.ts';
import { counterColumns, counterValues, type SampleRow, sampleFromRow, sampleValues } from './session-codec.ts';

const setCounters = counterColumns
  .map(([name]) => (name === 'bad_ms' ? "bad_ms = string_to_array(u.bad_ms, ',')::bigint[]" : `${name} = u.${name}`))
  .join(', ');
const counterUnnest = counterColumns.map(([, type], at) => `$${at + 3}::${type}[]`).join(', ');
/** Writes the newer counters and names every session that is still under its fence, newer or not. */
const SAVE_COUNTERS = `
  with u as (
    select * from unnest($1::text[], $2::integer[], ${counterUnnest})
      as u(session, fence, ${counterColumns.map(([name]) => name).join(', ')})
  ), written as (
    update session_count c set ${setCounters} from u
    where c.session = u.session and c.fence = u.fence and c.rev < u.rev
  )
  select c.session from session_count c join u on c.session = u.session and c.fence = u.fence`;
const SAVE_SAMPLES = `
  insert into session_sample
  select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::numeric[], $5::real[], $6::real[], $7::real[],
    $8::real[], $9::real[])
  on conflict do nothing`;
/** Turns rows into one array a column, as unnest wants them. */
function columnsOf(
  rows: readonly (readonly (number | string | null)[])[],
  width: number,
): (number | string | null)[][] {
  return Array.from({ length: width }, (_, at) => rows.map((row) => row[at] ?? null));
}

/** The first counters of a session, under its first fence. */
export async function insertCounters(
  transaction: Transaction,
  session: SessionId,
  counters: Opening['counters'],
): Promise<void> {
  const names = counterColumns.map(([name]) => name).join(', ');
  const places = counterColumns
    .map(([name], at) => (name === 'bad_ms' ? `string_to_array($${at + 2}, ',')::bigint[]` : `$${at + 2}`))
    .join(', ');
  await transaction.query(`insert into session_count (session, fence, holds, ${names}) values ($1, 1, 1, ${places})`, [
    session,
    ...counterValues(counters),
  ]);
}

/** Writes the last counters of a session that closes. */
export async function writeCounters(
  transaction: Transaction,
  session: SessionId,
  counters: Closing['counters'],
): Promise<void> {
  const columns = columnsOf([[session, 0, ...counterValues(counters)]], counterColumns.length + 2);
  await transaction.query(SAVE_COUNTERS, columns);
}

/** Writes newer counters with their samples; the answer names the sessions that are still this hub's. */
export async function saveCounters(database: Database, rows: readonly CounterRow[]): Promise<ReadonlySet<SessionId>> {
  const values = rows.map(({ session, fence, counters }) => [session, fence, ...counterValues(counters)]);
  const columns = columnsOf(values, counterColumns.length + 2);
  const ours = await database.query<{ session: SessionId }>(SAVE_COUNTERS, columns, 'save-counters');
  const kept = new Set(ours.map(({ session }) => session));
  const samples = rows
    .filter(({ session }) => kept.has(session))
    .flatMap(({ session, samples: points }) => points.map((point) => sampleValues(session, point)));
  if (samples.length > 0) await database.query(SAVE_SAMPLES, columnsOf(samples, 9), 'save-samples');
  return kept;
}

/** Samples of a session, oldest first. */
export async function samplesOf(database: Database, session: SessionId): Promise<readonly Sample[]> {
  const tables = database.kysely<{ session_sample: SampleRow & { session: string } }>();
  const read = tables.selectFrom('session_sample').selectAll().where('session', '=', session).orderBy('at_ms');
  return (await database.guard(() => read.execute())).map(sampleFromRow);
}
