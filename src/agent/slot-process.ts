// src/agent/slot-process.ts - one slot as the agent sees it: a child process in a group of its own, what it is doing, and
// what is cleaned up when it is gone. It is never used twice.
import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SessionId } from '../base/ids.ts';
import type { Log, LogLevel } from '../observe/log.ts';
import type { Running } from '../protocol/node-messages.ts';
import { withinMs } from './deadline.ts';
import { killGroup, markedProcess, removeMark, writeMark } from './process-mark.ts';
import { type AgentToSlot, agentPipe, type SlotSetup, type SlotToAgent } from './slot-messages.ts';

/** What a slot is doing. `warming` ends with its `warm`; `serving` begins with the agent's `start`. */
export type SlotPhase = 'warming' | 'ready' | 'serving' | 'gone';
/** How a slot process is started and heard. */
export type SlotOptions = {
  /** Path of the module that the child runs (src/main/slot.ts). */
  readonly module: string;
  /** File that says which process this is, for the next agent if this one is killed. */
  readonly markFile: string;
  /** Ends and wipes what games of dead slots left behind; answers how many there were. */
  readonly sweep: () => Promise<number>;
  readonly setup: SlotSetup;
  readonly logLevel: LogLevel;
  /** Folder of the logs by session. */
  readonly logs: string;
  readonly log: Log;
  readonly clockMs: () => number;
  readonly onMessage: (slot: SlotProcess, message: SlotToAgent) => void;
  /** Called once, when the process is gone and its traces are wiped. */
  readonly onGone: (slot: SlotProcess) => void;
};

/** Module loading and encoder tests on a busy small machine. */
const WARM_LIMIT_MS = 60_000;
/** A slot beats each second; one that is silent for this long hangs and holds a player. */
const SILENCE_LIMIT_MS = 15_000;
const LAST_WORDS_MS = 1_000;
/** The kernel needs a moment to end a killed process; one that cannot be ended holds up nobody for longer than 2 s. */
const [DYING_TURNS, DYING_TURN_MS] = [200, 10];

/** Ends a slot that a killed agent left running; resolves when it is gone. True when there was one. */
export async function endLeftover(markFile: string): Promise<boolean> {
  const leader = markedProcess(markFile);
  if (leader !== undefined) killGroup(leader);
  for (let turn = 0; turn < DYING_TURNS && markedProcess(markFile) !== undefined; turn++) await sleep(DYING_TURN_MS);
  removeMark(markFile);
  return leader !== undefined;
}

/** The environment without our own settings: a game has no business with the operator's token. */
function childEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NEARCADE_')));
}

/** A process that nobody could find again after us must not run. */
function mark(file: string, pid: number): void {
  try {
    writeMark(file, pid);
  } catch (cause) {
    killGroup(pid);
    removeMark(file);
    throw cause;
  }
}

/** One child process. */
export class SlotProcess {
  readonly index: number;
  phase: SlotPhase = 'warming';
  /** The session it serves or will serve. */
  session: SessionId | undefined;
  /** What it last said of that session. */
  running: Running | undefined;
  readonly #options: SlotOptions;
  readonly #child: ChildProcess;
  #heardMs: number;
  #killed = false;

  /** @throws what the system says when the mark cannot be written; no process is left then */
  constructor(options: SlotOptions) {
    const { module, markFile, setup, logLevel, logs, clockMs } = options;
    this.#options = options;
    this.index = setup.index;
    this.#heardMs = clockMs();
    this.#child = fork(module, [logLevel, logs], {
      detached: true, // A group of its own: a terminal's Ctrl-C passes it by, and one kill ends all of it.
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: childEnvironment(),
    });
    if (this.#child.pid !== undefined) mark(markFile, this.#child.pid);
    // What it said last may still lie in the pipe when it has exited already.
    const silent = new Promise<void>((resolve) => this.#child.once('disconnect', resolve));
    this.#child.on('message', (bytes) => this.#hear(bytes));
    this.#child.on('error', (cause) => options.log.error({ slot: this.index, cause: String(cause) }, 'slot.error'));
    this.#child.once('exit', (code, signal) => {
      void withinMs(LAST_WORDS_MS, silent).then(() => this.#gone(code, signal));
    });
    this.send(setup);
  }

  /** The process id, while there is a process. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  #hear(bytes: unknown): void {
    if (this.phase === 'gone') return;
    const message = agentPipe.decode(bytes instanceof Uint8Array ? bytes : new Uint8Array(0));
    if (!message.ok) {
      // Ours to mend, or a slot that a player has taken over: nothing it says counts any more.
      this.#options.log.error({ slot: this.index, ...message.error.facts }, 'slot.message-refused');
      this.kill();
      return;
    }
    this.#heardMs = this.#options.clockMs();
    if (message.value.t === 'warm' && this.phase === 'warming') this.phase = 'ready';
    if (message.value.t === 'beat') this.running = message.value.running ?? this.running;
    this.#options.onMessage(this, message.value);
  }

  /** Says something to the child; what comes after its end is dropped. */
  send(message: AgentToSlot): void {
    if (!this.#child.connected) return;
    this.#child.send(agentPipe.encode(message), (cause) => {
      if (cause !== null) this.#options.log.debug({ slot: this.index, cause: String(cause) }, 'slot.send-failed');
    });
  }

  /** Turns a ready slot into a session. From here on a hello names it, also before the slot itself has said a word. */
  serve(message: Extract<AgentToSlot, { t: 'start' }>): void {
    const { session, lease, epoch } = message.start;
    this.phase = 'serving';
    this.session = session;
    this.running = { session, lease, epoch, seq: 0, servedMs: 0, goodMs: 0, voucherSeq: 0 };
    this.send(message);
  }

  /** Kills a slot that hangs. Call about once a second. */
  beat(nowMs: number): void {
    if (this.phase === 'gone') return;
    const limitMs = this.phase === 'warming' ? WARM_LIMIT_MS : SILENCE_LIMIT_MS;
    if (nowMs - this.#heardMs <= limitMs) return;
    this.#options.log.error({ slot: this.index, phase: this.phase, session: this.session }, 'slot.stuck');
    this.kill();
  }

  /** Ends it at once with everything it started. */
  kill(): void {
    if (this.#child.pid === undefined || this.phase === 'gone') return;
    this.#killed = true;
    killGroup(this.#child.pid);
  }

  async #gone(code: number | null, signal: NodeJS.Signals | null): Promise<void> {
    const { log, markFile, sweep, onGone } = this.#options;
    const before = this.phase;
    this.phase = 'gone';
    if (this.#child.pid !== undefined) killGroup(this.#child.pid);
    removeMark(markFile);
    const left = await sweep().catch((cause: unknown) => {
      log.error({ slot: this.index, cause: String(cause) }, 'slot.sweep-failed');
      return 0;
    });
    if ((code === 0 || this.#killed) && left === 0) log.debug({ slot: this.index }, 'slot.over');
    else log.warn({ slot: this.index, before, code, signal, left, session: this.session }, 'slot.ended-badly');
    onGone(this);
  }
}
