// test/support/api/world.ts - `./nearcade up` with two cafés and people of every role; what the database holds, and the lines that
// acts leave there.

import { cafeRoles } from '../../../src/protocol/cafe-shapes.ts';
import { type Database, openDatabase, PATIENT } from '../../../src/storage/database.ts';
import { postgresAddress } from '../../../src/storage/postgres/places.ts';
import { type Product, startProduct } from '../../e2e/support/product.ts';
import { cafeSettings } from '../cafe/settings.ts';
import { type Answer, ask, type Caller, logIn, walletOf } from './client.ts';
import { ApiDocument, type Operation } from './document.ts';
import { Seen } from './likely.ts';

/** Each account and key has its rate: many of each stand at the desk. */
const EACH = 6;
/** Written beside every refusal, or by the hub's own clock. */
const APART = [
  'cafe_audit',
  'admin_act',
  'login',
  'note',
  'migration',
  'node',
  'node_away',
  'node_watch',
  'former_node',
];
const CHAIN = /^chain_/;

export type Line = { readonly seq: number; readonly act: string; readonly outcome: string };
let counted = 0;
/** A key that was never used. */
export const freshKey = (): string => `api-key-${String(++counted).padStart(8, '0')}`;

export class ApiWorld {
  readonly product: Product;
  readonly document: ApiDocument;
  readonly database: Database;
  readonly tables: readonly string[];
  readonly people = new Map<string, Caller[]>();
  readonly seen = new Seen();
  readonly faults: string[] = [];
  /** Operations and the statuses that they answered with. */
  readonly answered = new Map<string, Set<number>>();
  cafe = '';
  other = '';
  #turn = 0;

  private constructor(product: Product, document: ApiDocument, database: Database, tables: readonly string[]) {
    this.product = product;
    this.document = document;
    this.database = database;
    this.tables = tables;
  }

  get url(): string {
    return this.product.url;
  }

  /** With cafés and people. */
  static async start(): Promise<ApiWorld> {
    const world = await ApiWorld.bare();
    await world.#populate();
    return world;
  }

  /** With nobody. */
  static async bare(): Promise<ApiWorld> {
    const product = await startProduct(['--slots', '1', '--admin', walletOf('admin').address, '--bench', 'off']);
    const answer = await ask(product.url, { method: 'GET', path: '/openapi.json' });
    const database = openDatabase(postgresAddress(product.data), PATIENT);
    const rows = await database.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
    );
    const tables = rows.map(({ name }) => name).filter((name) => !APART.includes(name) && !CHAIN.test(name));
    return new ApiWorld(product, new ApiDocument(answer.text), database, tables);
  }

  async stop(): Promise<void> {
    await this.database.close();
    await this.product.stop();
  }

  /** Somebody of a kind: a role, 'key ROLE', 'player', 'stranger', 'admin', 'nobody'. Each in turn. */
  some(kind: string): Caller {
    const list = this.people.get(kind) ?? [];
    const found = list[++this.#turn % Math.max(1, list.length)];
    if (found === undefined) throw new Error(`nobody is ${kind}`);
    return found;
  }

  /** Asks, and notes what is wrong with the answer by the document. */
  async ask(operation: Operation, path: string, by: Caller, raw?: string, type = 'application/json'): Promise<Answer> {
    const headers = { ...by.headers, ...(raw === undefined ? {} : { 'content-type': type }) };
    try {
      const answer = await ask(this.url, { method: operation.method, path, headers, body: raw });
      const wrong = this.document.fault(operation, answer);
      if (wrong !== undefined)
        this.faults.push(`${operation.name} by ${by.who}: ${wrong}; sent ${path} ${raw?.slice(0, 400)}`);
      this.answered.set(operation.name, (this.answered.get(operation.name) ?? new Set()).add(answer.status));
      return answer;
    } catch (cause) {
      this.faults.push(
        `${operation.name} by ${by.who}: ${String(cause)} ${String((cause as Error).cause)}; sent ${path} ${raw?.slice(0, 400)}`,
      );
      return { status: 0, type: '', text: '{}', headers: {} };
    }
  }

  /** Does an act of a café that must succeed; its answer. */
  async done(act: string, body: object, by = this.some('owner'), cafe = this.cafe): Promise<Record<string, never>> {
    const operation = this.document.operation(`POST /api/cafe/{cafe}/${act}`);
    const raw = JSON.stringify({ key: freshKey(), ...body });
    const answer = await this.ask(operation, operation.path.replace('{cafe}', cafe), by, raw);
    if (answer.status !== 200) throw new Error(`${act}: ${answer.status} ${answer.text}`);
    const value = JSON.parse(answer.text) as Record<string, never>;
    if (cafe === this.cafe) this.seen.learn(value);
    return value;
  }

  async read(path: string, by = this.some('owner'), cafe = this.cafe): Promise<Record<string, never>> {
    const operation = this.document.operation(`GET /api/cafe/{cafe}${path.split('?')[0]}`);
    const answer = await this.ask(operation, `/api/cafe/${cafe}${path}`, by);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text) as Record<string, never>;
  }

  /** Everything that the database has, but for audits and what the hub writes by itself, as one text. */
  async state(): Promise<string> {
    const one = (table: string) =>
      `select '${table} ' || count(*) || ' ' || md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as text from ${table} t`;
    const rows = await this.database.query<{ text: string }>(this.tables.map(one).join(' union all '));
    return rows.map(({ text }) => text).join('\n');
  }

  async lastSeq(): Promise<number> {
    const [row] = await this.database.query<{ seq: number | null }>('select max(seq) as seq from cafe_audit');
    return row?.seq ?? 0;
  }

  /** Lines of the cafés' audits since one: of people and programs, and how many the hub and its seats wrote. */
  async linesSince(seq: number): Promise<{ readonly theirs: readonly string[]; readonly own: number }> {
    const rows = await this.database.query<{ line: string; kind: string }>(
      `select act || ' ' || outcome as line, actor->>'kind' as kind from cafe_audit where seq > $1 order by seq`,
      [seq],
    );
    const isTheirs = ({ kind }: { kind: string }) => kind === 'staff' || kind === 'api-key';
    return { theirs: rows.filter(isTheirs).map(({ line }) => line), own: rows.filter((row) => !isTheirs(row)).length };
  }

  async #cafeOf(by: Caller): Promise<string> {
    const operation = this.document.operation('POST /api/cafe');
    const settings = cafeSettings({
      curfew: [],
      ageBands: [],
      idle: { minutes: 5, graceSeconds: 30, guestsGoOn: true },
    });
    const answer = await this.ask(operation, operation.path, by, JSON.stringify({ key: freshKey(), settings }));
    return (JSON.parse(answer.text) as { cafe: string }).cafe;
  }

  async #populate(): Promise<void> {
    const { url } = this;
    this.people.set('nobody', [{ who: 'nobody', headers: { origin: url } }]);
    this.people.set('admin', [await logIn(url, 'admin')]);
    for (const kind of ['player', 'stranger', ...cafeRoles]) {
      const list = await Promise.all(
        Array.from({ length: kind === 'owner' ? 2 * EACH : EACH }, (_, n) => logIn(url, `${kind} ${n}`)),
      );
      this.people.set(kind, list);
    }
    const [first, stranger] = [this.some('owner'), this.some('stranger')];
    this.cafe = await this.#cafeOf(first);
    this.other = await this.#cafeOf(stranger);
    for (const role of cafeRoles) {
      for (const person of this.people.get(role) ?? []) {
        const { address } = person as Caller & { address: string };
        await this.done('staff', { wallet: address, role, reason: 'hired' }, first);
      }
      if (role === 'owner') continue;
      const keys: Caller[] = [];
      for (let n = 0; n < 3; n++) {
        const { secret } = await this.done('api-keys/add', { id: `${role}-${n}`, role });
        keys.push({ who: `key ${role}`, headers: { authorization: `Bearer ${secret}` } });
      }
      this.people.set(`key ${role}`, keys);
    }
    await this.#furnish(stranger);
  }

  /** Seats, a till, members, codes, receipts in both cafés; of the other one there is more of everything. */
  async #furnish(stranger: Caller): Promise<void> {
    const seats = Array.from({ length: 12 }, (_, n) => ({
      seat: String(n + 1),
      name: '',
      zone: n < 9 ? 'hall' : 'vip',
    }));
    await this.done('seats/add', { seats });
    await this.done('seats/add', { seats: [{ seat: 'FOREIGN', name: '', zone: 'hall' }] }, stranger, this.other);
    await this.done('shift/open', { floatMinor: '5000' });
    await this.done('shift/open', { floatMinor: '5000' }, stranger, this.other);
    await this.done('members/add', { name: 'Lin', group: 'guest', pin: '2468' });
    await this.done('members/add', { name: 'Theirs', group: 'guest' }, stranger, this.other);
    await this.done('codes/sell', { minor: '100', pay: 'cash', days: 3 });
    for (let n = 0; n < 5; n++)
      await this.done('codes/sell', { minor: '1', pay: 'cash', days: 1 }, stranger, this.other);
    await this.done('codes/batch', { name: 'Cards', count: 3, minor: '100', days: 3 });
    await this.done('codes/batch', { name: 'Theirs', count: 3, minor: '100', days: 3 }, stranger, this.other);
  }
}
