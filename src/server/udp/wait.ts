// src/server/udp/wait.ts - how a worker waits for its sockets and for Node at once. Node's event loop is itself an epoll
// set, and epoll sets nest: ours holds the UDP sockets and the loop's descriptor, and we sleep in ours. A packet so costs
// one wait and not two; a connection, a message or a timer of Node's still wakes the worker at once (ADR-0061).
import type { FfiLayout } from './ffi-layout.ts';
import * as libc from './libc.ts';

const { linux } = libc;
const ROUNDS_PER_TURN = 64; // Then Node's loop has its turn, however busy the sockets are.
const WAIT_MS = 100; // Longest sleep: Node's timers here (seconds, with slack) may be this late.
// After Node's loop ran, what its callbacks began (a socket to read from) is registered only in its next turn.
const TURNS_AFTER_WORK = 2;

/** Waits at most so many milliseconds and handles what there is; see `FfiUdp`. */
type Round = (timeoutMs: number) => number;

/** Begins to wait and handle. Returns what ends it. */
export function startWaiting(epoll: number, layout: FfiLayout, round: Round): () => void {
  const loop = libc.eventLoopDescriptor();
  const nested = loop >= 0 && libc.epollControl(epoll, linux.EPOLL_CTL_ADD, loop, layout.writeEvent(loop)) === 0;
  return nested ? waitInside(round) : waitOutside(epoll, round);
}

/** We sleep, and let Node's loop run when its descriptor says so. */
function waitInside(round: Round): () => void {
  let stopped = false;
  let nodeTurns = TURNS_AFTER_WORK;
  const turn = (): void => {
    if (stopped) return;
    setImmediate(turn);
    const timeoutMs = nodeTurns > 0 ? 0 : WAIT_MS;
    if (nodeTurns > 0) nodeTurns--;
    for (let i = 0; i < ROUNDS_PER_TURN && !stopped; i++) {
      const ready = round(timeoutMs);
      if (ready < 0) nodeTurns = TURNS_AFTER_WORK;
      if (ready <= 0) return;
    }
  };
  setImmediate(turn);
  return () => {
    stopped = true;
  };
}

/** Node's loop sleeps and tells us: two waits a wake-up, but no knowledge of its inside. */
function waitOutside(epoll: number, round: Round): () => void {
  return libc.whenReadable(epoll, () => {
    try {
      for (let i = 0; i < ROUNDS_PER_TURN; i++) {
        const ready = round(0);
        if (ready < 0) setImmediate(() => {}); // Lets the streams' own follow-up work run.
        if (ready <= 0) return;
      }
    } catch (cause) {
      // An error thrown into koffi would be lost; thrown from Node's own loop it ends the worker, as a bug must.
      setImmediate(() => {
        throw cause;
      });
    }
  });
}
