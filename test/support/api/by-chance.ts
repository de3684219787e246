// test/support/api/by-chance.ts - requests by chance: what a program might really send, by anybody, some twice at once. Each
// answer is held against the document, each act against the lines that it left and what it changed.
import type { Random } from '../../../src/base/random.ts';
import { type Asking, actOf, codeOf, isAct } from './asking.ts';
import type { Answer } from './client.ts';
import type { Operation } from './document.ts';
import { likely } from './likely.ts';
import type { ApiWorld } from './world.ts';

/** What a café of this kind has, by the names of the document. */
const KNOWN: Readonly<Record<string, readonly unknown[]>> = {
  zone: ['hall', 'vip'],
  group: ['guest', 'gold'],
  package: ['three-hours', 'lunch', 'overnight'],
  minor: ['1', '100', '2500'],
  pay: ['cash', 'cash', 'card'],
  seats: [['1', '2'], ['10']],
  to: ['1', '2', '3', '10'],
  with: ['1', '2', '3', '10'],
  untilMs: [Date.now() + 3_600_000],
  atMs: [Date.now() + 3_600_000],
  typedAtMs: [Date.now()],
  days: [3],
  minutes: [1, 60],
  count: [3, []],
  acts: [['*'], ['kiosk.doubled']],
  url: ['https://example.invalid/'],
};
const WORKERS = [
  'owner',
  'manager',
  'cashier',
  'technician',
  'auditor',
  'key manager',
  'key cashier',
  'key technician',
];
/** Not by chance: it would end the test's own means. */
const SPARED = /\/staff$|\/logout$|\/seats\/unpair$|\/seats\/remove$/;
/** In which state a seat must be for an act, mostly. */
const FITTING: Readonly<Record<string, string>> = {
  ...{ start: 'free', reserve: 'free', break: 'free', 'seats.pair': 'free' },
  ...{ extend: 'in-use', pause: 'in-use', stop: 'in-use', move: 'in-use', swap: 'in-use', credit: 'in-use' },
  ...{ resume: 'paused', unreserve: 'reserved', mend: 'out-of-order' },
};

/** What acts of somebody who works there answered, against the lines that they left. */
function linesFault(name: string, answers: readonly Answer[], left: readonly string[]): string | undefined {
  const done = answers.filter(({ status }) => status === 200);
  const repeats = done.map(({ text }) => (JSON.parse(text) as { repeated: boolean }).repeated).toSorted();
  if (done.length > 0 && repeats.join() !== [false, ...done.slice(1).map(() => true)].join())
    return `repeated: ${repeats}`;
  const failed = answers.filter(({ status }) => status !== 200).map((answer) => `${name} ${codeOf(answer)}`);
  const due = [...(done.length > 0 ? [`${name} done`] : []), ...failed].toSorted().join();
  const is = left.toSorted().join();
  return due === is ? undefined : `lines ${is} instead of ${due}`;
}

/** Makes requests in a world; a step is one. */
export async function byChance(world: ApiWorld, random: Random, { addressOf, bodyOf, insider, refused }: Asking) {
  /** Versions of seats, members and the shift as the last answers had them. */
  const versions = new Map<string, number>();
  const states = new Map<string, string>();
  function noteVersions(answer: unknown): void {
    if (typeof answer !== 'object' || answer === null) return;
    const { seat, member, shift, version, settingsVersion, state } = answer as Record<string, unknown>;
    if (typeof seat === 'string' && typeof state === 'string') states.set(seat, state);
    const [of] = [seat, member, shift].filter((id) => typeof id === 'string');
    if (typeof of === 'string' && typeof version === 'number') versions.set(of, version);
    if (typeof settingsVersion === 'number') versions.set('settings', settingsVersion);
    for (const inner of Object.values(answer)) noteVersions(inner);
  }
  /** The body with the versions that are, nine times of ten. */
  function asSeen(name: string, given: Record<string, unknown>): Record<string, unknown> {
    const fitting = [...states].filter(([, state]) => state === FITTING[name]).map(([seat]) => seat);
    const seat = fitting[random.below(Math.max(1, fitting.length))];
    const isPut = 'seat' in given && seat !== undefined && random.below(5) > 0;
    const other = fitting.find((one) => one !== seat);
    const partner = 'with' in given && other !== undefined ? { with: other } : {};
    const body = isPut ? { ...given, seat, ...partner } : given;
    if (random.below(10) === 0) return body;
    const pairs = [
      ['version', body.seat ?? body.member ?? body.shift ?? 'settings'],
      ['toVersion', body.to],
      ['withVersion', body.with],
    ] as const;
    const right = pairs.flatMap(([field, of]) => {
      const version = versions.get(String(of));
      return field in body && version !== undefined ? [[field, version] as const] : [];
    });
    return { ...body, ...Object.fromEntries(right) };
  }

  async function actByChance(operation: Operation): Promise<void> {
    const { faults } = world;
    const by = world.some(WORKERS[random.below(WORKERS.length)] ?? 'owner');
    const name = actOf(operation);
    const body = asSeen(name, bodyOf(operation));
    const raw = JSON.stringify(body);
    const [before, seq] = [await world.state(), await world.lastSeq()];
    const times = 1 + random.below(2);
    const answers = await Promise.all(
      Array.from({ length: times }, () => world.ask(operation, addressOf(operation), by, raw)),
    );
    const lines = await world.linesSince(seq);
    const isDone = answers.some(({ status }) => status === 200);
    const fault = linesFault(name, answers, lines.theirs);
    if (fault !== undefined) faults.push(`${operation.name} by ${by.who}: ${fault}; sent ${raw.slice(0, 300)}`);
    if (!isDone && lines.own === 0 && (await world.state()) !== before)
      faults.push(`${operation.name}: refused, and changed`);
    for (const { text, status } of answers) {
      if (status !== 200) continue;
      if (typeof body.id === 'string') world.seen.add('id', body.id);
      noteVersions(JSON.parse(text));
      world.seen.learn(JSON.parse(text));
      for (const line of (JSON.parse(text) as { secret?: string }).secret?.split('\n') ?? [])
        world.seen.add('code', line);
    }
    if (!isDone || random.below(3) > 0) return;
    const other = world.document.operation('POST /api/cafe/{cafe}/message');
    const again = JSON.stringify({ key: body.key, text: 'another act' });
    const line = 'message IDEMPOTENCY_MISMATCH';
    const send = () => world.ask(other, addressOf(other), world.some('owner'), again);
    await refused(`${operation.name}, its key again`, [{ send, status: 409, code: 'IDEMPOTENCY_MISMATCH', line }]);
  }

  async function askByChance(operation: Operation): Promise<void> {
    const asked = operation.parameters.filter((one) => one.in === 'query' && random.below(2) === 0);
    const change = Object.fromEntries(
      asked.map(({ name, schema }) => [name, String(likely(schema, name, world.seen, random))]),
    );
    const raw = operation.body === undefined ? undefined : JSON.stringify(bodyOf(operation));
    if (raw?.includes('"rotate"') === true) return; // Everybody would be logged out.
    const ask = () => world.ask(operation, addressOf(operation, change), insider(operation), raw);
    const [answer] = await Promise.all(random.below(2) === 0 ? [ask()] : [ask(), ask()]);
    if (answer?.type === 'application/json' && answer.status === 200) {
      const value = JSON.parse(answer.text) as object;
      world.seen.learn(value);
      if (/\/(?:floor|members|shifts)$/.test(operation.path)) noteVersions(value);
    }
  }

  const { operations } = world.document;
  noteVersions(await world.read('/floor'));
  noteVersions(await world.read('/members'));
  const info = await world.read('');
  versions.set('settings', Number(info.version));
  world.seen.add('settings', info.settings);
  for (const [name, values] of Object.entries(KNOWN)) world.seen.keep(name, values);
  const acts = operations.filter((one) => isAct(one) && !SPARED.test(one.path));
  const starts = acts.filter(({ path }) => path.endsWith('/start')); // Most acts want somebody who sits there.
  const others = operations.filter((one) => !isAct(one) && !SPARED.test(one.path));
  return {
    step: async (): Promise<void> => {
      const list = [acts, acts, acts, others, starts][random.below(5)] ?? acts;
      const operation = list[random.below(list.length)];
      if (operation !== undefined) await (isAct(operation) ? actByChance(operation) : askByChance(operation));
    },
    /** Acts that never went well. */
    neverDone: () => acts.filter(({ name }) => world.answered.get(name)?.has(200) !== true).map(actOf),
  };
}
