// src/protocol/same-offer.ts - whether two quotes are one offer: the hub starts a session by no other than it has shown, and a page
// signs no other.
import type { Quote } from './shapes.ts';

/** Whether two quotes ask and promise the same; when and where the price was read does not matter. */
export function sameOffer(a: Quote, b: Quote): boolean {
  return (
    a.rateWeiPerHour === b.rateWeiPerHour &&
    a.baseWeiPerHour === b.baseWeiPerHour &&
    a.burnPolicyNumber === b.burnPolicyNumber &&
    a.gpuTier === b.gpuTier &&
    a.burnBps === b.burnBps &&
    a.platformBps === b.platformBps &&
    a.promise.fps === b.promise.fps &&
    a.promise.height === b.promise.height &&
    a.promise.rttCapMs === b.promise.rttCapMs
  );
}
