// src/agent/kept-saves.ts - a player's saves on their way to the hub. A save is written to this machine's disk first and
// leaves it when the hub has it, so that neither a hub restart nor a dead slot loses an evening of play.
import { mkdirSync } from 'node:fs';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OutageError } from '../base/assert.ts';
import type { SessionId } from '../base/ids.ts';
import { bounds } from '../protocol/limits.ts';
import { hubSaves, type SaveVerdict } from './hub-saves.ts';

/** One save with the right to store it. */
export type KeptSave = { readonly session: SessionId; readonly token: string; readonly bytes: Uint8Array };
/** The folder of saves that the hub does not have yet. */
export interface KeptSaves {
  /** Writes a save down, replacing an older one of the same session. Throws OutageError; nothing of it is left then. */
  keep(save: KeptSave): Promise<void>;
  /** Hands the hub a save that this disk could not take, and drops an older one of the session. Throws OutageError. */
  bring(save: KeptSave): Promise<SaveVerdict>;
  /** Tries to hand one session's save to the hub. After `not-now` it waits here, else nothing of it is left. Throws OutageError. */
  deliver(session: SessionId): Promise<SaveVerdict>;
  /** Sessions with a save here, at most `SAVES_MAX`. One that has waited for longer than the hub would take it is dropped. */
  waiting(): Promise<SessionId[]>;
}

const FILE = /^(s_[0-9a-z]{26})\.save$/;
const TOKEN_END = 0x0a;
/** Most saves kept for an absent hub, the newest: 64 slots, and 4 GiB in the worst case. */
const SAVES_MAX = 64;
/** The hub takes it for a week after the session's end; the rest is for a session that was long. */
const WAITS_MS = 8 * 86_400_000;

const DRAFT = '.draft';

/** Removes what saves that were never written to their end have left. Only while no slot runs. */
export async function dropDrafts(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => one.endsWith(DRAFT))) await rm(join(folder, name), { force: true });
}

async function readSave(path: string): Promise<{ token: string; bytes: Uint8Array } | undefined> {
  const file = await readFile(path).catch(() => undefined);
  const end = file?.indexOf(TOKEN_END) ?? -1;
  if (file === undefined || end < 0) return undefined;
  return { token: file.subarray(0, end).toString('latin1'), bytes: file.subarray(end + 1) };
}

/** Opens the folder (made with mode 0700). `hub`: origin that takes the saves. `nowMs`: Unix time. */
export function openKeptSaves(folder: string, hub: string, nowMs: () => number): KeptSaves {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = (session: SessionId) => join(folder, `${session}.save`);
  const dropOldest = async (): Promise<void> => {
    const names = (await readdir(folder)).filter((name) => FILE.test(name));
    if (names.length <= SAVES_MAX) return;
    const aged = await Promise.all(
      names.map(async (name) => ({
        name,
        atMs: (await stat(join(folder, name)).catch(() => undefined))?.mtimeMs ?? 0,
      })),
    );
    aged.sort((a, b) => a.atMs - b.atMs);
    for (const { name } of aged.slice(0, names.length - SAVES_MAX)) await rm(join(folder, name), { force: true });
  };
  return {
    keep: async ({ session, token, bytes }) => {
      if (bytes.length > bounds.saveBytes) return; // The game's edge refuses these first; the hub would refuse them too.
      const draft = `${path(session)}${DRAFT}`;
      const file = Buffer.concat([Buffer.from(`${token}\n`, 'latin1'), bytes]);
      try {
        await writeFile(draft, file, { mode: 0o600, flush: true });
        await rename(draft, path(session));
      } catch (cause) {
        await rm(draft, { force: true }); // On a full disk it holds up to 64 MB of nothing.
        throw new OutageError(`cannot write ${path(session)}`, { cause });
      }
      await dropOldest();
    },
    bring: async ({ session, token, bytes }) => {
      const verdict = await hubSaves(hub).put(session, token, bytes);
      if (verdict === 'stored') await rm(path(session), { force: true });
      return verdict;
    },
    deliver: async (session) => {
      const save = await readSave(path(session));
      const verdict = save === undefined ? 'stored' : await hubSaves(hub).put(session, save.token, save.bytes);
      if (verdict !== 'not-now') await rm(path(session), { force: true });
      return verdict;
    },
    waiting: async () => {
      const found: SessionId[] = [];
      for (const name of await readdir(folder)) {
        const session = FILE.exec(name)?.[1];
        if (session === undefined) continue;
        const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: nowMs() }));
        if (nowMs() - mtimeMs > WAITS_MS) await rm(join(folder, name), { force: true });
        else found.push(session as SessionId);
      }
      return found;
    },
  };
}
