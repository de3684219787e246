// src/main/role.ts - what every role process shares: it stops once, in order, on SIGTERM, SIGINT or when the supervisor
// that started it is gone; it tells that supervisor when it is ready or why it cannot start; a bug of ours ends it.
// A second signal means 'now', but only from a person: a service manager signals supervisor and roles alike, and the
// supervisor's own word then comes second.
import { InvariantError, OutageError } from '../base/assert.ts';
import type { Log } from '../observe/log.ts';
import { plainFault } from './plain-fault.ts';

/** A running role. `stop` is called once and resolves when nothing of it is left. */
export type Role = {
  stop(reason: string): Promise<void>;
  /** How long `stop` may take before the process is cut; 15 s where a role does not say. */
  readonly stopLimitMs?: number;
};

/** What a role tells its supervisor over the IPC channel. */
export type RoleReport =
  | { readonly kind: 'ready'; readonly facts: Readonly<Record<string, string | number>> }
  /** It cannot start: one plain sentence. `again`: something was away or slow, and another try may do. */
  | { readonly kind: 'failed'; readonly sentence: string; readonly again: boolean };

const STOP_LIMIT_MS = 15_000; // A drain that takes longer than this is cut: the supervisor waits 20 s before it kills.

/** A start that failed for a reason the person can mend: a taken port, a bad file. Shown without a stack. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** What was typed cannot be meant so, whatever the machine has: the command line shows how it is written, and ends with 2. */
export class UsageError extends StartError {}

/** Tells the supervisor, when there is one. */
export function report(message: RoleReport): void {
  process.send?.(message);
}

/**
 * Runs a role until a signal, a lost supervisor or a bug ends it. Sets the exit code; never returns early.
 * @param start opens everything and returns the role, or throws StartError
 */
export async function runRole(log: Log, start: () => Promise<Role>): Promise<void> {
  let role: Role | undefined;
  let stopping = false;
  const stop = async (reason: string, code: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ reason }, 'role.stopping');
    const cut = setTimeout(() => process.exit(code === 0 ? 1 : code), role?.stopLimitMs ?? STOP_LIMIT_MS);
    cut.unref();
    try {
      await role?.stop(reason);
    } catch (cause) {
      log.error({ cause: String(cause) }, 'role.stop-failed');
    }
    process.exit(code);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!stopping) void stop(signal, 0);
      // A terminal that closes is nobody's second word; a node takes it as 'end kindly now'.
      else if (process.send === undefined && signal !== 'SIGHUP') process.exit(1);
    });
  }
  process.on('disconnect', () => void stop('supervisor gone', 0));
  const bug = (cause: unknown): void => {
    const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    log.error({ cause: text, bug: cause instanceof InvariantError }, 'role.crashed');
    const sentence = plainFault(cause);
    if (sentence !== undefined && process.send === undefined) process.stderr.write(`nearcade: ${sentence}\n`);
    void stop('bug', 70);
  };
  process.on('uncaughtException', bug);
  process.on('unhandledRejection', bug);
  try {
    role = await start();
  } catch (cause) {
    const plain = cause instanceof StartError ? cause.message : plainFault(cause);
    const expected = plain !== undefined;
    const sentence = plain ?? (cause instanceof Error ? cause.message : String(cause));
    const supervised = process.send !== undefined;
    // A person at a terminal gets the sentence alone.
    if (supervised || !expected) {
      const stack = cause instanceof Error ? cause.stack : cause;
      log.error({ cause: expected ? sentence : String(stack) }, 'role.start-failed');
    }
    report({ kind: 'failed', sentence, again: cause instanceof OutageError });
    if (!supervised && cause instanceof UsageError) throw cause; // The command line knows how it is written.
    if (!supervised) process.stderr.write(`nearcade: ${sentence}\n`);
    process.exit(expected ? 1 : 70);
  }
}
