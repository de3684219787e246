// src/agent/deadline.ts - waiting, but not for ever.

/**
 * Waits for `work`, at most `limitMs`. What comes later is dropped; a rejection within the time is passed on.
 * @returns true when the work was done in time
 */
export async function withinMs(limitMs: number, work: Promise<unknown> | undefined): Promise<boolean> {
  if (work === undefined) return true;
  work.catch(() => {}); // A rejection after the limit has nobody left to hear it.
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), limitMs);
  try {
    return await Promise.race([work.then(() => true), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
