// src/agent/save-keeper.ts - one session's save: a snapshot when the game has something worth it, at most every 15 s, and
// the last one at the end. First to the disk here, then to the hub; what the hub cannot take now the agent brings later.
import type { SessionId } from '../base/ids.ts';
import type { GameRun } from '../media/ports.ts';
import type { Log } from '../observe/log.ts';
import { bounds, timings } from '../protocol/limits.ts';
import type { KeptSave, KeptSaves } from './kept-saves.ts';
import type { SlotToAgent } from './slot-messages.ts';

type Deps = {
  readonly session: SessionId;
  readonly token: string;
  readonly run: GameRun;
  readonly saves: Pick<KeptSaves, 'keep' | 'bring' | 'deliver'>;
  readonly send: (message: SlotToAgent) => void;
  readonly log: Log;
};

/** Packs and delivers the saves of one session. A save that fails ends nothing: the next one is tried in its time. */
export class SaveKeeper {
  readonly #deps: Deps;
  #worthy = false;
  #nextMs = 0;
  #saving: Promise<void> = Promise.resolve();
  #busy = false;

  constructor(deps: Deps) {
    this.#deps = deps;
    deps.run.onSaveWorthy(() => {
      this.#worthy = true;
    });
  }

  /** Takes a snapshot when one is due and none is under way. */
  beat(nowMs: number): void {
    if (!this.#worthy || this.#busy || nowMs < this.#nextMs) return;
    this.#worthy = false;
    this.#nextMs = nowMs + timings.saveSnapshotMs;
    void this.save();
  }

  /** Packs now, after a snapshot that may be under way. Resolves when the hub has it or it must wait here; never throws. */
  save(): Promise<void> {
    this.#busy = true;
    const save = this.#saving.then(() => this.#pack());
    this.#saving = save.finally(() => {
      this.#busy = false;
    });
    return this.#saving;
  }

  async #pack(): Promise<void> {
    const { session, token, run, saves, send, log } = this.#deps;
    try {
      const bytes = await run.packSave();
      if (bytes === undefined) return;
      if (bytes.length > bounds.saveBytes) {
        log.warn({ session, bytes: bytes.length }, 'save.too-large');
        return;
      }
      const kept = await this.#keep({ session, token, bytes });
      const verdict = kept ? await saves.deliver(session) : await saves.bring({ session, token, bytes });
      if (verdict === 'stored') send({ t: 'saved', session, bytes: bytes.length });
      else log.warn({ session, verdict }, verdict === 'not-now' ? 'save.waits' : 'save.refused');
    } catch (cause) {
      // The session goes on, whatever it is: a game that cannot be read, a hub that is away.
      log.warn({ session, cause: String(cause) }, 'save.waits');
    }
  }

  /** False where this disk has no room: the hub may still take it. */
  async #keep(save: KeptSave): Promise<boolean> {
    const { session, saves, log } = this.#deps;
    try {
      await saves.keep(save);
      return true;
    } catch (cause) {
      log.error({ session, cause: String(cause) }, 'save.not-kept');
      return false;
    }
  }
}
