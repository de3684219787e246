// src/signaling/token-bucket.ts - how fast one peer may speak: bursts up to a size, then a steady rate.

/** Tokens a second, and most that can be saved up. */
export type BucketRate = { readonly perSecond: number; readonly burst: number };

/** What is left; changed in place, because it is read for every frame of every socket. */
export type Bucket = { tokens: number; atMs: number };

/** A bucket that is full at `nowMs` (monotonic). */
export function fullBucket(rate: BucketRate, nowMs: number): Bucket {
  return { tokens: rate.burst, atMs: nowMs };
}

/** Takes one token; false, and nothing taken, when there is none. `nowMs` earlier than the last call counts as it. */
export function takeToken(bucket: Bucket, rate: BucketRate, nowMs: number): boolean {
  const passedMs = Math.max(0, nowMs - bucket.atMs);
  bucket.tokens = Math.min(rate.burst, bucket.tokens + (passedMs * rate.perSecond) / 1_000);
  bucket.atMs += passedMs;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}
