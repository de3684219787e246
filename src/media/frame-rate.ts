// src/media/frame-rate.ts - how many frames a second a machine may promise.

/** What else a 720p frame takes beside encoding: drawing, colour conversion, packets. */
const OTHER_MS = 5;
/** Share of the interval that may be busy on average: the rest is for frames that take longer. */
const BUSY_SHARE = 0.65;
/** Drawing, converting and encoding at 60 want more than two cores of a session's own. */
const CORES_FOR_60 = 3;

/**
 * 60 where the measured time allows it, else 30.
 * @param msPerFrame of the encoder that would be used (`EncoderReport`)
 * @param coresPerSession processor cores divided by slots
 */
export function sustainableFps(msPerFrame: number, coresPerSession: number): 30 | 60 {
  return coresPerSession >= CORES_FOR_60 && msPerFrame + OTHER_MS <= (1000 / 60) * BUSY_SHARE ? 60 : 30;
}
