// test/support/api/asking.ts - what is asked of an operation that must be refused: by everybody who may not, and with everything
// that it does not take. Faults are gathered in the world, so that one run tells all of them.
import type { Random } from '../../../src/base/random.ts';
import { brokenBodies } from '../broken-bodies.ts';
import type { Answer, Caller } from './client.ts';
import { misfit, type Operation } from './document.ts';
import { likely } from './likely.ts';
import { type ApiWorld, freshKey } from './world.ts';

/** About one café. */
export const isOfCafe = ({ path }: Operation): boolean => path.startsWith('/api/cafe/{cafe}');
/** Acts leave a line; what is posted and changes nothing is read. */
export const isAct = (operation: Operation): boolean =>
  isOfCafe(operation) && operation.method === 'POST' && !operation.path.endsWith('/price');
/** The code of a refusal; '' of another answer. */
export const codeOf = ({ text }: Answer): string => (JSON.parse(text) as { code?: string }).code ?? '';
/** Name of an act, as the audit has it. */
export const actOf = ({ path }: Operation): string => path.slice('/api/cafe/{cafe}/'.length).replaceAll('/', '.');
/** How the audit names a reading. */
function readOf({ path }: Operation): string {
  const [, , , , part = 'settings'] = path.split('/');
  if (/^(?:floor|plays|live|price)/.test(part)) return 'read.floor';
  if (part === 'members.csv') return 'read.reports'; // All of them at once.
  if (/^(?:members|codes)/.test(part)) return 'read.members';
  if (/^(?:receipts|shifts)/.test(part)) return 'read.receipts';
  return part.startsWith('audit') ? 'read.audit' : part === 'reports' ? 'read.reports' : 'read.settings';
}

const ODD = [
  '',
  '-1',
  '0',
  '1.5',
  'NaN',
  '9'.repeat(400),
  "'; drop table cafe; --",
  '2026-02-30',
  '\u202eabc',
  'a\u0001b',
];
/** A request that must be refused so. `line`: what it leaves in the audit. */
export type Try = {
  readonly send: () => Promise<Answer>;
  readonly status: number | readonly number[];
  readonly code: string | readonly string[];
  readonly line?: string;
};

/** Asks in a world, by chance where there is a choice. */
export type Asking = ReturnType<typeof asking>;

/** Makes it. `brokenMost`: broken bodies of one operation. */
export function asking(world: ApiWorld, random: Random, brokenMost: number) {
  const sure: Readonly<Record<string, () => string>> = {
    cafe: () => world.cafe,
    session: () => `s_${'0'.repeat(26)}`,
    node: () => `0x${'1'.repeat(40)}`,
    id: () => `w_${'0'.repeat(26)}`,
    member: () => String(world.seen.of('member').find((value) => typeof value === 'string') ?? `m_${'0'.repeat(26)}`),
  };
  /** The address of an operation with good values, but for what `change` says. */
  function addressOf({ path, parameters }: Operation, change: Readonly<Record<string, string>> = {}): string {
    const inside = path.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(change[name] ?? sure[name]?.() ?? 'x'),
    );
    const asked = parameters.filter((one) => one.in === 'query' && (one.required === true || one.name in change));
    const today = new Date().toISOString().slice(0, 10);
    const good: Readonly<Record<string, string>> = { date: today, from: today, to: today, nonce: '1' };
    const text = new URLSearchParams(
      asked.map(({ name }): [string, string] => [name, change[name] ?? good[name] ?? '1']),
    ).toString();
    return text === '' ? inside : `${inside}?${text}`;
  }
  /** A body that the schema takes. */
  function bodyOf(operation: Operation): Record<string, unknown> {
    const { body: schema = {} } = operation;
    for (let tries = 0; tries < 50; tries++) {
      const body = likely(schema, '', world.seen, random) as Record<string, unknown>;
      if (misfit(schema, body) === undefined) return 'key' in body ? { ...body, key: freshKey() } : body;
    }
    throw new Error(`no body for ${operation.name}`);
  }
  /** Somebody whom an operation lets in as far as its body. */
  function insider(operation: Operation): Caller {
    if (isOfCafe(operation)) return world.some('owner');
    if (operation.tags.includes('admin')) return world.some('admin');
    if (operation.tags.includes('kiosk')) return world.some('nobody');
    return world.some(operation.security.includes('login') ? 'player' : 'nobody');
  }

  /** Asks what must all be refused, some at once: so it is, nothing changes, and each leaves its line. What is not so is a fault. */
  async function refused(what: string, tries: readonly Try[]): Promise<void> {
    const { faults } = world;
    const [before, seq] = [await world.state(), await world.lastSeq()];
    for (let from = 0; from < tries.length; from += 16) {
      const some = tries.slice(from, from + 16);
      const answers = await Promise.all(some.map(({ send }) => send()));
      for (const [at, answer] of answers.entries()) {
        const { status = 0, code = '' } = some[at] ?? {};
        const isSo = [status].flat().includes(answer.status) && [code].flat().includes(codeOf(answer));
        if (!isSo)
          faults.push(`${what} #${from + at}: not ${status} ${code} but ${answer.status} ${answer.text.slice(0, 200)}`);
      }
    }
    const lines = await world.linesSince(seq);
    if (lines.own === 0 && (await world.state()) !== before) faults.push(`${what}: something changed`);
    const [left, due] = [lines.theirs.toSorted(), tries.flatMap(({ line }) => line ?? []).toSorted()];
    if (left.join() !== due.join()) faults.push(`${what}: lines ${left.join(', ')} instead of ${due.join(', ')}`);
  }
  /** Everybody who may not, and what they are told. */
  function strangersTo(operation: Operation): readonly Try[] {
    const { security, roles, tags, method } = operation;
    const raw = operation.body === undefined ? undefined : JSON.stringify(bodyOf(operation));
    const name = isAct(operation) ? actOf(operation) : '';
    const by =
      (caller: Caller, path = addressOf(operation)) =>
      () =>
        world.ask(operation, path, caller, raw);
    if (security.length === 0) return [];
    const none: Try = { send: by(world.some('nobody')), status: 401, code: ['LOGIN_REQUIRED', 'TOKEN_UNKNOWN'] };
    if (security.includes('saveToken')) return [none];
    const evil = { ...insider(operation).headers, origin: 'https://evil.example' };
    const tries: Try[] = [none];
    if (method !== 'GET' && !operation.path.endsWith('/price')) {
      tries.push({ send: by({ who: 'evil page', headers: evil }), status: 403, code: 'ORIGIN_REFUSED' });
    }
    if (tags.includes('admin')) tries.push({ send: by(world.some('player')), status: 403, code: 'FORBIDDEN' });
    if (!isOfCafe(operation)) return tries;
    const key = { who: 'forged key', headers: { authorization: `Bearer nck_${'0'.repeat(26)}` } };
    const badKey = { who: 'broken key', headers: { authorization: 'Bearer nck_x' } };
    tries.push({ send: by(key), status: 401, code: 'TOKEN_UNKNOWN' });
    tries.push({ send: by(badKey), status: [401, 403], code: ['LOGIN_REQUIRED', 'TOKEN_UNKNOWN', 'ORIGIN_REFUSED'] });
    for (const stranger of ['stranger', 'player', 'admin']) {
      tries.push({ send: by(world.some(stranger)), status: 404, code: 'NOT_FOUND' });
    }
    const there = addressOf(operation, { cafe: world.other });
    tries.push({ send: by(world.some('owner'), there), status: 404, code: 'NOT_FOUND' });
    tries.push({ send: by(world.some('key manager'), there), status: 401, code: 'TOKEN_UNKNOWN' });
    for (const role of ['owner', 'manager', 'cashier', 'technician', 'auditor']) {
      if (roles?.includes(role) !== false) continue;
      const kinds = [role, `key ${role}`];
      for (const kind of kinds) {
        const line = isAct(operation) ? `${name} ROLE_TOO_LOW` : `${readOf(operation)} ROLE_TOO_LOW`;
        tries.push({ send: by(world.some(kind)), status: 403, code: 'ROLE_TOO_LOW', line });
      }
    }
    return tries;
  }
  /** What an operation does not take. */
  function brokenFor(operation: Operation): readonly Try[] {
    const tries: Try[] = [];
    const name = actOf(operation);
    const bad = (raw: string, type?: string, code = 'MESSAGE_MALFORMED', status = 400): Try => ({
      send: () => world.ask(operation, addressOf(operation), insider(operation), raw, type),
      ...{ status, code },
      ...(isAct(operation) ? { line: `${name} ${code}` } : {}),
    });
    const { body } = operation;
    if (body !== undefined) {
      const good = bodyOf(operation);
      const broken = brokenBodies(body, good, random, brokenMost);
      tries.push(...broken.map((one) => bad(JSON.stringify(one.body) ?? '')));
      const text = JSON.stringify(good);
      tries.push(bad(text.slice(0, -1)), bad(''), bad('null'), bad('[]'), bad(text.replace(/}$/, ',"n":NaN}')));
      tries.push(
        bad(text.replace(/^\{/, '{"__proto__":{"x":1},')),
        bad(text, 'text/plain'),
        bad(text, 'application/x-www-form-urlencoded'),
      );
      tries.push(bad(`{"x":"${'0'.repeat(2_000_000)}"}`, undefined, 'MESSAGE_TOO_LARGE', 413));
    }
    return tries;
  }

  /** Odd values in an address: each is answered as the document says, and nothing changes. */
  async function askOddly(operation: Operation): Promise<void> {
    const before = await world.state();
    for (const { name, in: place } of operation.parameters) {
      for (const value of ODD) {
        if (brokenMost < ODD.length && random.below(2) > 0) continue; // In the short form one of two.
        if (place === 'path' && value === '') continue;
        const raw = operation.body === undefined ? undefined : JSON.stringify(bodyOf(operation));
        await world.ask(operation, addressOf(operation, { [name]: value }), insider(operation), raw);
      }
    }
    if (operation.parameters.length > 0 && (await world.state()) !== before)
      world.faults.push(`${operation.name}: an odd address changed something`);
  }
  return { addressOf, bodyOf, insider, refused, strangersTo, brokenFor, askOddly };
}
