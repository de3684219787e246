// src/render/sound/piece-gate.ts - lets sound through as fast as time passes and drops what piled up: sound that comes
// late would push all that follows back, for the rest of the session.

const PIECE_MS = 10;
const AT_ONCE = 12; // Pieces after a pause: recorders hand out up to 100 ms in one go.

/** A gate for 10 ms pieces. */
export class PieceGate {
  #allowed = AT_ONCE;
  #lastMs: number | undefined;

  /** Whether a piece that arrives now goes through. `nowMs`: monotonic. */
  passes(nowMs: number): boolean {
    this.#allowed = Math.min(AT_ONCE, this.#allowed + (nowMs - (this.#lastMs ?? nowMs)) / PIECE_MS);
    this.#lastMs = nowMs;
    if (this.#allowed < 1) return false;
    this.#allowed--;
    return true;
  }
}
