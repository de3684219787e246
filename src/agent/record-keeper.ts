// src/agent/record-keeper.ts - the node's half of proof of play time, in the agent: signs a slot's record with the
// machine's key, writes it down for disputes, and tells the hub until it is kept. A slot parses a stranger's packets, and
// two different records of one number cost stake, so the machine signs a number once, a span of a slot once, and lets
// nothing out that is not on its disk.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LeaseId, SessionId } from '../base/ids.ts';
import type { Log } from '../observe/log.ts';
import type { NodeToHub } from '../protocol/node-messages.ts';
import { type PlayRecord, playRecordDigest, playRecordType } from '../protocol/play-record.ts';
import type { Hash32, Signature, SigningDomain } from '../protocol/typed-data.ts';
import { fromWire } from '../protocol/voucher.ts';
import type { SlotToAgent } from './slot-messages.ts';

type FromSlot = Extract<SlotToAgent, { t: 'record' }>;
type ToHub = Extract<NodeToHub, { t: 'record' }>;
/** What the keeper is made of. */
export type RecordKeeperDeps = {
  /** Folder of the files: one a lease, a line of JSON a record. */
  readonly folder: string;
  readonly sign: (digest: Hash32) => Signature;
  /** False while the hub is away. */
  readonly send: (message: ToHub) => boolean;
  readonly log: Log;
};
/** The slot that a record came from, and what the hub had it serve. */
export type RecordOrigin = { readonly slot: number; readonly lease: LeaseId; readonly domain: SigningDomain };

/** Files kept for disputes: some months of a busy machine, at most 0.8 MB for a session of 12 hours. */
const FILES_MAX = 5_000;
/** Sessions whose records the hub may still lack; the files have the rest. */
const SESSIONS_MAX = 200;
/** A session of 12 hours, the longest that one Open allows for, and its end. */
const RECORDS_MAX = 721n;
const SPANS_FILE = 'spans.json';

/** A session's records. `previous`: what the next one must name. */
type Chain = { seq: bigint; previous: string; readonly unkept: Map<number, ToHub> };

function readSpans(path: string): Map<number, number> {
  try {
    const list: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return new Map(Array.isArray(list) ? list.map(([slot, untilMs]) => [Number(slot), Number(untilMs)]) : []);
  } catch {
    return new Map(); // The first start.
  }
}

/** Signs, keeps and tells the records of this machine's sessions. */
export class RecordKeeper {
  readonly #deps: RecordKeeperDeps;
  readonly #chains = new Map<SessionId, Chain>();
  /** Ends of the last signed spans by slot. */
  readonly #spans: Map<number, number>;
  #line: Promise<void> = Promise.resolve();

  constructor(deps: RecordKeeperDeps) {
    this.#deps = deps;
    mkdirSync(deps.folder, { recursive: true, mode: 0o700 });
    this.#spans = readSpans(join(deps.folder, SPANS_FILE));
    void this.#prune();
  }

  /** No slot has signed for a moment after this one (Unix time), 0 on a new machine. */
  get untilMs(): number {
    return Math.max(0, ...this.#spans.values());
  }

  /** Takes a record: one after the other, each on the disk before it is told. Resolves when it is, or was refused. */
  take(message: FromSlot, origin: RecordOrigin): Promise<void> {
    this.#line = this.#line.then(() => this.#sign(message, origin));
    return this.#line;
  }

  async #sign({ session, record, playerSignature }: FromSlot, origin: RecordOrigin): Promise<void> {
    const { log, sign, send } = this.#deps;
    const read = fromWire<PlayRecord>(playRecordType, record);
    const chain = read.ok ? this.#next(session, read.value, origin) : undefined;
    if (!read.ok || chain === undefined) {
      log.error({ session, seq: record.seq }, 'record.not-signed');
      return;
    }
    const digest = playRecordDigest(origin.domain, read.value);
    const signed = playerSignature === undefined ? {} : { playerSignature };
    const out: ToHub = { t: 'record', session, record, nodeSignature: sign(digest), ...signed };
    this.#spans.set(origin.slot, Number(read.value.untilMs));
    chain.seq = read.value.seq;
    chain.previous = digest;
    try {
      await this.#write(out, origin.lease);
    } catch (cause) {
      log.error({ session, cause: String(cause) }, 'record.not-written'); // Not on the disk: not told. Play goes on.
      return;
    }
    chain.unkept.set(Number(chain.seq), out);
    send(out);
  }

  /** The chain that this record goes on, or undefined when it must not be signed. */
  #next(session: SessionId, record: PlayRecord, { slot, lease }: RecordOrigin): Chain | undefined {
    const known = this.#chains.get(session);
    // A lease that has a file and is not in memory was served by an agent before this one: its session is over.
    if (known === undefined && existsSync(this.#file(lease))) return undefined;
    const chain = known ?? { seq: 0n, previous: lease, unkept: new Map() };
    const follows =
      record.lease === String(lease) && record.seq === chain.seq + 1n && record.previous === chain.previous;
    const span = record.slot === BigInt(slot) && record.fromMs >= BigInt(this.#spans.get(slot) ?? 0);
    if (!follows || !span || record.untilMs <= record.fromMs || record.seq > RECORDS_MAX) return undefined;
    this.#chains.set(session, chain);
    for (const oldest of this.#chains.keys()) {
      if (this.#chains.size <= SESSIONS_MAX) break;
      this.#chains.delete(oldest);
    }
    return chain;
  }

  /** The hub has written a record. */
  kept(session: SessionId, seq: number): void {
    this.#chains.get(session)?.unkept.delete(seq);
  }

  /** The hub is there: everything that it has not kept. */
  tellAll(): void {
    for (const { unkept } of this.#chains.values()) for (const message of unkept.values()) this.#deps.send(message);
  }

  /** Waits until what was taken is on the disk. */
  written(): Promise<void> {
    return this.#line;
  }

  #file(lease: LeaseId): string {
    return join(this.#deps.folder, `${lease}.jsonl`);
  }

  async #write({ session, record, nodeSignature, playerSignature }: ToHub, lease: LeaseId): Promise<void> {
    const { folder } = this.#deps;
    const draft = join(folder, `.${SPANS_FILE}`);
    await writeFile(draft, JSON.stringify([...this.#spans]), { mode: 0o600, flush: true });
    await rename(draft, join(folder, SPANS_FILE));
    const file = await open(this.#file(lease), 'a', 0o600);
    try {
      await file.appendFile(`${JSON.stringify({ session, record, nodeSignature, playerSignature })}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
  }

  /** Removes the oldest files beyond the bound. */
  async #prune(): Promise<void> {
    const { folder, log } = this.#deps;
    try {
      const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl'));
      if (names.length <= FILES_MAX) return;
      const files = await Promise.all(
        names.map(async (name) => ({ path: join(folder, name), atMs: (await stat(join(folder, name))).mtimeMs })),
      );
      const old = files.toSorted((a, b) => a.atMs - b.atMs).slice(0, names.length - FILES_MAX);
      await Promise.all(old.map(({ path }) => rm(path, { force: true })));
    } catch (cause) {
      log.warn({ cause: String(cause) }, 'record.not-pruned');
    }
  }
}
