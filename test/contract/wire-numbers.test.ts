// Goal: no number that a page, a machine or a relay may send ends the hub by what a column cannot hold. Method: the shapes say
// which numbers there are; each is sent at its bounds, and as the smallest there is above zero, through the book or the store
// to the embedded database. The control: a database that is asked to hold too much says so as an UnkeepableError.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MoneyBook } from '../../src/app/money/session-book.ts';
import { UnkeepableError } from '../../src/base/assert.ts';
import type { NodeId, OperatorId } from '../../src/base/ids.ts';
import { bounds } from '../../src/protocol/limits.ts';
import { nodeToHub, RunningShape } from '../../src/protocol/node-messages.ts';
import { playerToHub } from '../../src/protocol/player-messages.ts';
import { relayToHub } from '../../src/protocol/relay-messages.ts';
import type { Database } from '../../src/storage/database.ts';
import { pgNodes } from '../../src/storage/hub-store-pg.ts';
import { checkBooks } from '../../src/storage/pg-ledger.ts';
import { PgMoneyStore } from '../../src/storage/pg-money-store.ts';
import { MACHINE } from '../support/hub/fake-node.ts';
import { address, bookOver, type Played, startPlay, WALL_MS } from '../support/money.ts';
import { type TestServer, testServer } from '../support/postgres.ts';

type Schema = {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
};
type Place = { readonly path: readonly string[]; readonly values: readonly number[] };

/** Every number of a shape, and what is sent in its place. */
function numbersOf(shape: unknown, path: readonly string[] = []): readonly Place[] {
  const schema = shape as Schema;
  if (schema.type === 'object')
    return Object.entries(schema.properties ?? {}).flatMap(([name, inside]) => numbersOf(inside, [...path, name]));
  if (schema.type === 'array') return numbersOf(schema.items, [...path, '0']);
  if (schema.type !== 'number' && schema.type !== 'integer') return [];
  const { minimum, maximum } = schema;
  if (minimum === undefined || maximum === undefined) throw new Error(`${path.join('.')} has no bounds`);
  const small = schema.type === 'number' ? [Number.MIN_VALUE, 1e-60, 1e-45] : [];
  return [{ path, values: [minimum, ...small, maximum] }];
}

/** The same message with another number in one place. */
function withNumber<T>(message: T, [name = '', ...rest]: readonly string[], value: number): T {
  const inside = (message as Record<string, unknown>)[name];
  const changed = rest.length === 0 ? value : withNumber(inside ?? {}, rest, value);
  if (Array.isArray(message)) return message.map((one, at) => (String(at) === name ? changed : one)) as T;
  return { ...message, [name]: changed };
}

let server: TestServer;
let database: Database;
let store: PgMoneyStore;
let book: MoneyBook;
let sessions = 0;
beforeAll(async () => {
  server = await testServer();
  database = await server.fresh();
  store = new PgMoneyStore(database, 'PLAY');
  book = bookOver(store);
});
afterAll(async () => {
  expect(await checkBooks(database)).toEqual({ sumWei: 0n, wrong: [] });
  await database.close();
  await server.stop();
});

/** Plays one session for each number of `shape` (the larger count of two would hide it), and closes it. */
async function eachNumber(shape: unknown, say: (played: Played, to: (message: object) => never) => Promise<unknown>) {
  const places = numbersOf(shape);
  expect(places.length).toBeGreaterThan(0);
  for (const { path, values } of places) {
    for (const value of values) {
      sessions += 1;
      const played = await startPlay(book, { number: sessions, player: sessions });
      const { session } = played.opened;
      const what = `${path.join('.')} = ${value}`;
      await expect(
        say(played, (message) => withNumber(message, path, value) as never),
        what,
      ).resolves.toBeDefined();
      expect((await store.session(session))?.counters, what).toMatchObject({ meter: { epoch: expect.any(Number) } });
      expect(await book.close(session, 'player-left', 2_000, WALL_MS + 2_000), what).toMatchObject({ ok: true });
    }
  }
}

test('every number of a page’s tick is kept', async () => {
  const sample = { fps: 30, rttMs: 9, lossShare: 0, kbps: 8_000, path: 'direct', receivedBytes: 1, clickToFrameMs: 20 };
  await eachNumber(playerToHub.tick, async (played, to) => {
    const tick = to({ ...played.playerTick(1_000), sample });
    const answer = await book.playerTick(tick, 1_000, WALL_MS + 1_000);
    expect(answer).toMatchObject({ ok: true });
    expect(await store.samples(played.opened.session)).toHaveLength(1);
    return answer;
  });
});

test('every number of a machine’s tick, of its last word and of what it says when it is back is kept', async () => {
  await eachNumber(nodeToHub.tick, (played, to) =>
    book.nodeTick(played.command.node, to(played.nodeTick(1_000)), 1_000, WALL_MS + 1_000),
  );
  await eachNumber(nodeToHub.ended, (played, to) => {
    const ended = { t: 'ended', session: played.opened.session, reason: 'game-exited', goodMs: 1_000 };
    return book.nodeEnded(played.command.node, to(ended), 1_000, WALL_MS + 1_000);
  });
  await eachNumber(RunningShape, (played, to) => {
    const { session, lease, epoch } = played.opened;
    const running = { session, lease, epoch, seq: 1, servedMs: 1_000, goodMs: 1_000, voucherSeq: 0 };
    return book.nodeBack(played.command.node, to(running), 1_000);
  });
});

test('every number of a relay’s usage is kept', async () => {
  const { sessions: usage } = relayToHub.usage.properties;
  await eachNumber(usage.items, async (played, to) => {
    await book.relayWitness(to({ session: played.opened.session, toPlayerBytes: 1, toNodeBytes: 1 }));
    return book.playerTick(played.playerTick(1_000), 1_000, WALL_MS + 1_000);
  });
});

test('what a machine says of itself is kept', async () => {
  const nodes = pgNodes(database);
  const node = address(0x900) as string as NodeId;
  await nodes.addToken('f'.repeat(64), address(0x901) as string as OperatorId, 1_000);
  expect(await nodes.bind('f'.repeat(64), node, 0)).toMatchObject({ ok: true });
  for (const slots of [1, bounds.slotsPerNode]) {
    await nodes.seen(node, MACHINE, slots, WALL_MS);
    expect(await nodes.find(node)).toMatchObject({ slots });
  }
});

test('a database that is asked to hold too much says that it cannot', async () => {
  await expect(database.query("select '1e-60'::real")).rejects.toBeInstanceOf(UnkeepableError);
  await expect(database.query('select $1::integer', [2 ** 31])).rejects.toBeInstanceOf(UnkeepableError);
});
