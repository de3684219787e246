// src/observe/session-logs.ts - the lines of a node's logs that name a session, kept by session, so that its operator can
// read what happened in one game without all the others. Several processes of a node write here; each line is one append.
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** In a node's data folder. */
export const LOGS_FOLDER = 'logs';
const NAMED = /"session":"(s_[0-9a-z]{26})"/;
const FILE = /^s_[0-9a-z]{26}\.jsonl$/;
/** A session writes some 20 lines; one that fails over and over must not fill the disk. */
const FILE_BYTES_MAX = 256 * 1024;
/** Weeks of a machine, at most 50 MB. */
const FILES_MAX = 200;

/** The kept lines of one node. */
export type SessionLogs = {
  /** Keeps a line that names a session; others are nobody's. Never throws: a log stops no game. */
  keep(line: string): void;
  /** Lines of a session in the order they were written, the newest that fit into so many bytes. */
  read(session: string, bytesMax: number): string[];
};

const size = (line = ''): number => Buffer.byteLength(line);

/** The logs of sessions in `folder`, which is made with the first line. */
export function sessionLogs(folder: string): SessionLogs {
  const path = (session: string): string => join(folder, `${session}.jsonl`);
  const sizes = new Map<string, number>();
  const dropOld = (): void => {
    const files = readdirSync(folder).filter((name) => FILE.test(name));
    if (files.length <= FILES_MAX) return;
    const dated = files.map((name) => ({ name, atMs: statSync(join(folder, name)).mtimeMs }));
    for (const { name } of dated.toSorted((a, b) => b.atMs - a.atMs).slice(FILES_MAX)) {
      rmSync(join(folder, name), { force: true });
      sizes.delete(name.replace('.jsonl', ''));
    }
  };
  const append = (session: string, line: string): void => {
    const known = sizes.get(session);
    if (known === undefined) mkdirSync(folder, { recursive: true, mode: 0o700 });
    const before = known ?? statSync(path(session), { throwIfNoEntry: false })?.size ?? 0;
    if (before > FILE_BYTES_MAX) return;
    appendFileSync(path(session), line, { mode: 0o600 });
    sizes.set(session, before + size(line));
    if (known === undefined) dropOld();
  };
  return {
    keep(line) {
      const session = NAMED.exec(line)?.[1];
      if (session === undefined) return;
      try {
        append(session, line);
      } catch {
        // A full disk: the line stands in the log itself.
      }
    },
    read(session, bytesMax) {
      let text: string;
      try {
        text = readFileSync(path(session), 'utf8');
      } catch {
        return [];
      }
      const lines = text.split('\n').filter((line) => line !== '');
      let first = lines.length;
      for (let left = bytesMax - size(lines[first - 1]); first > 0 && left >= 0; left -= size(lines[first - 1]))
        first--;
      return lines.slice(first);
    },
  };
}
