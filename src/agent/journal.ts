// src/agent/journal.ts - what must outlive a slot, the agent and the machine's power: the highest voucher of a session,
// its last tick, and how it ended. Kept as the very messages that the hub is told, one file each, until it kept them.
import { mkdirSync } from 'node:fs';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OutageError } from '../base/assert.ts';
import type { SessionId } from '../base/ids.ts';
import { messageCodec } from '../protocol/codec.ts';
import { type NodeToHub, nodeToHub } from '../protocol/node-messages.ts';

/** A message worth keeping. */
export type Entry = Extract<NodeToHub, { t: 'tick' | 'voucher' | 'ended' }>;
/** All that is kept of one session. */
export type SessionRecord = {
  readonly session: SessionId;
  readonly tick?: Extract<NodeToHub, { t: 'tick' }>;
  readonly voucher?: Extract<NodeToHub, { t: 'voucher' }>;
  readonly ended?: Extract<NodeToHub, { t: 'ended' }>;
};
/** The files of one node's sessions. Several processes may share the folder: each session has one writer at a time. */
export interface Journal {
  /** Writes through to the disk before it resolves; replaces the entry of the same kind. Throws OutageError. */
  keep(entry: Entry): Promise<void>;
  /** Every session that the hub has not taken over yet, the oldest end first; at most `RECORDS_MAX`. */
  all(): Promise<SessionRecord[]>;
  read(session: SessionId): Promise<SessionRecord>;
  /** Removes a session's files. */
  forget(session: SessionId): Promise<void>;
}

const codec = messageCodec<Entry, Entry>({
  tick: nodeToHub.tick,
  voucher: nodeToHub.voucher,
  ended: nodeToHub.ended,
});
const KINDS = ['tick', 'voucher', 'ended'] as const;
const FILE = /^(s_[0-9a-z]{26})\.(tick|voucher|ended)$/;
/** A hub that never answers must not fill the disk: 2,000 sessions are weeks of a busy machine, some 3 MB. */
const RECORDS_MAX = 2_000;

async function writeThrough(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const draft = join(folder, `.${name}.${process.pid}`);
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(draft, join(folder, name));
  const place = await open(folder, 'r');
  try {
    await place.sync(); // Without it a power cut may forget the new name.
  } finally {
    await place.close();
  }
}

async function readEntry(path: string): Promise<Entry | undefined> {
  try {
    const entry = codec.decode(await readFile(path));
    return entry.ok ? entry.value : undefined;
  } catch {
    return undefined; // Not there, or a disk that cannot read it back: then there is nothing to tell.
  }
}

async function readRecord(folder: string, session: SessionId): Promise<SessionRecord> {
  const entries = await Promise.all(KINDS.map((kind) => readEntry(join(folder, `${session}.${kind}`))));
  return {
    session,
    ...Object.fromEntries(entries.flatMap((entry) => (entry === undefined ? [] : [[entry.t, entry]]))),
  };
}

/** Opens the journal in `folder`, making it if need be (0700). */
export function openJournal(folder: string): Journal {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  /** Writes of one file follow each other, so that an older entry never lands on a newer one. */
  const writing = new Map<string, Promise<void>>();
  const keep = (entry: Entry): Promise<void> => {
    const name = `${entry.session}.${entry.t}`;
    const bytes = codec.encode(entry);
    const before = writing.get(name) ?? Promise.resolve();
    const write = before
      .catch(() => {})
      .then(() => writeThrough(folder, name, bytes))
      .catch((cause: unknown) => {
        throw new OutageError(`cannot write ${join(folder, name)}`, { cause });
      })
      .finally(() => {
        if (writing.get(name) === write) writing.delete(name);
      });
    writing.set(name, write);
    return write;
  };
  const forget = async (session: SessionId): Promise<void> => {
    await Promise.all(KINDS.map((kind) => rm(join(folder, `${session}.${kind}`), { force: true })));
  };
  const all = async (): Promise<SessionRecord[]> => {
    const names = await readdir(folder);
    const sessions = [...new Set(names.flatMap((name) => FILE.exec(name)?.[1] ?? []))] as SessionId[];
    const records = await Promise.all(sessions.slice(-RECORDS_MAX).map((session) => readRecord(folder, session)));
    return records.filter(({ tick, voucher, ended }) => (tick ?? voucher ?? ended) !== undefined);
  };
  return { keep, all, read: (session) => readRecord(folder, session), forget };
}
