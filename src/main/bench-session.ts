// src/main/bench-session.ts - one pretended session, forked by a bench: the built-in game drawn, converted and encoded at the
// rate it promises, with nobody watching. Asked for a window it says how many pictures it made in it. Dies with its parent.

import { AppliedInputs } from '../media/applied-inputs.ts';
import { FrameClock } from '../media/frame-clock.ts';
import { systemClock, systemRandom } from '../observe/clock.ts';
import { silentLog } from '../observe/log.ts';
import { openLibrary } from '../render/library.ts';
import { PictureMaker } from '../stream/picture-maker.ts';

/** What the stream of a session is sent with when the line allows (session-stream.ts). */
const KBPS = 12_000;

process.once('disconnect', () => process.exit(0));

const nowMs = (): number => systemClock.monotonicMs();
const library = await openLibrary({
  clock: systemClock,
  random: systemRandom,
  log: silentLog,
  sandbox: 'off',
  limits: {},
});
const run = await library.start({ game: 'arcade', settings: { codecs: ['h264'] }, tag: 0 });
const { fps } = run.picture;
const maker = new PictureMaker(run, { nowMs, log: silentLog, only: undefined });
const frames = new FrameClock(fps, nowMs());
const inputs = new AppliedInputs(0);
let made = 0;

async function draw(): Promise<void> {
  frames.begin(nowMs());
  await maker.make({ codec: 'h264', inputs, fps, kbps: KBPS, key: made === 0 });
  if (made++ === 0) process.send?.({ ready: fps });
  setTimeout(() => void draw(), Math.max(0, frames.dueMs - nowMs()));
}

process.on('message', ({ windowMs }: { windowMs: number }) => {
  const [before, startMs] = [made, nowMs()];
  setTimeout(() => process.send?.({ made: made - before, ms: nowMs() - startMs }), windowMs);
});
await draw();
