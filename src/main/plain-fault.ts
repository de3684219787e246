// src/main/plain-fault.ts - faults that a person can mend, in one sentence that says what is wrong and what to do. What is
// none of these is a bug of ours and keeps its stack.
import { userInfo } from 'node:os';
import { OutageError } from '../base/assert.ts';

const SPACE = 'no space is left on the disk; make room, or name a folder on another disk with --data';
const DESCRIPTORS = 'too many files are open; raise the limit (ulimit -n, or LimitNOFILE of the service)';

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.()); // A user without an entry, as in a container.
  }
}

const SENTENCES: Readonly<Record<string, (path: string) => string>> = {
  ENOSPC: () => SPACE,
  EDQUOT: () => SPACE,
  EACCES: (path) => `${userName()} may not use ${path}; start as its owner, or name another folder`,
  EPERM: (path) => `${userName()} may not use ${path}; start as its owner, or name another folder`,
  EROFS: (path) => `${path} is on a disk that cannot be written; name another folder`,
  EMFILE: () => DESCRIPTORS,
  ENFILE: () => DESCRIPTORS,
};

/** The sentence, or `undefined` where only a programmer can help. */
export function plainFault(cause: unknown): string | undefined {
  if (cause instanceof OutageError) return cause.message;
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') return undefined;
  const path = 'path' in cause && typeof cause.path === 'string' ? cause.path : 'what it needs';
  return Object.hasOwn(SENTENCES, cause.code) ? SENTENCES[cause.code]?.(path) : undefined;
}
