// clients/web/src/player/each-second.ts - the beat of a session: once on each whole second after its start.

/** Calls `job` on whole seconds after `startMs`, without drift; a late or slow one is not made up for. */
export function eachSecond(startMs: number, job: () => Promise<void>): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const next = (): void => {
    // A timer may come a little early: that is its own second, not the one before.
    const second = Math.round((performance.now() - startMs) / 1_000) + 1;
    timer = setTimeout(run, startMs + second * 1_000 - performance.now());
  };
  const run = (): void => {
    job().catch((error: unknown) => console.warn('a second could not be read', error));
    next();
  };
  next();
  return () => clearTimeout(timer);
}
