// src/agent/record-keeper.ts - the node's half of proof of play time, in the agent: signs a slot's record with the
// machine's key, writes it down for disputes, and tells the hub until it is kept. A slot parses a stranger's packets, so
// the machine never signs two different records of one number for it.
import { mkdirSync } from 'node:fs';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SessionId } from '../base/ids.ts';
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
  /** Folder of the files: one a session, a line of JSON a record. */
  readonly folder: string;
  readonly sign: (digest: Hash32) => Signature;
  /** False while the hub is away. */
  readonly send: (message: ToHub) => boolean;
  readonly log: Log;
};

/** Files kept for disputes: some months of a busy machine, at most 0.8 MB for a session of 12 hours. */
const FILES_MAX = 5_000;
/** Sessions whose records the hub may still lack; the files have the rest. */
const SESSIONS_MAX = 200;
/** A session of 12 hours, the longest that one Open allows for, and its end. */
const RECORDS_MAX = 721;

/** A session's records. `previous`: what the next one must name. */
type Chain = { seq: bigint; previous: Hash32; readonly unkept: Map<number, ToHub> };

/** Signs, keeps and tells the records of this machine's sessions. */
export class RecordKeeper {
  readonly #deps: RecordKeeperDeps;
  readonly #chains = new Map<SessionId, Chain>();
  #writing: Promise<void> = Promise.resolve();

  constructor(deps: RecordKeeperDeps) {
    this.#deps = deps;
    mkdirSync(deps.folder, { recursive: true, mode: 0o700 });
    void this.#prune();
  }

  /** Takes a record of the slot that serves `lease`. */
  take({ session, record, playerSignature }: FromSlot, lease: string, domain: SigningDomain): void {
    const { log, sign, send } = this.#deps;
    const read = fromWire<PlayRecord>(playRecordType, record);
    const chain = this.#chains.get(session) ?? { seq: 0n, previous: lease as Hash32, unkept: new Map() };
    const next = read.ok && read.value.lease === lease && read.value.seq === chain.seq + 1n;
    if (!read.ok || !next || read.value.previous !== chain.previous || chain.seq >= RECORDS_MAX) {
      log.error({ session, seq: record.seq }, 'record.not-signed');
      return;
    }
    const digest = playRecordDigest(domain, read.value);
    chain.seq = read.value.seq;
    chain.previous = digest;
    const signed = playerSignature === undefined ? {} : { playerSignature };
    const message: ToHub = { t: 'record', session, record, nodeSignature: sign(digest), ...signed };
    chain.unkept.set(Number(chain.seq), message);
    this.#chains.set(session, chain);
    for (const oldest of this.#chains.keys()) {
      if (this.#chains.size <= SESSIONS_MAX) break;
      this.#chains.delete(oldest);
    }
    this.#writing = this.#writing.then(() => this.#write(message));
    send(message);
  }

  /** The hub has written a record. `isServed`: more of its session may come. */
  kept(session: SessionId, seq: number, isServed: boolean): void {
    const chain = this.#chains.get(session);
    chain?.unkept.delete(seq);
    if (chain?.unkept.size === 0 && !isServed) this.#chains.delete(session);
  }

  /** The hub is there: everything that it has not kept. */
  tellAll(): void {
    for (const { unkept } of this.#chains.values()) for (const message of unkept.values()) this.#deps.send(message);
  }

  /** Waits until what was taken is on the disk. */
  written(): Promise<void> {
    return this.#writing;
  }

  async #write({ session, record, nodeSignature, playerSignature }: ToHub): Promise<void> {
    const { folder, log } = this.#deps;
    try {
      const file = await open(join(folder, `${session}.jsonl`), 'a', 0o600);
      try {
        await file.appendFile(`${JSON.stringify({ record, nodeSignature, playerSignature })}\n`);
        await file.datasync();
      } finally {
        await file.close();
      }
    } catch (cause) {
      log.error({ session, cause: String(cause) }, 'record.not-written'); // The hub has it; play goes on.
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
