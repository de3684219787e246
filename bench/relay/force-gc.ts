// bench/relay/force-gc.ts - loaded before a relay that is soaked (`--expose-gc --import`), in every thread of it: collects
// garbage all along, so that memory which only JavaScript holds on to would be gone under the kernel's hands. Says at the
// end of each thread how often.
import { writeSync } from 'node:fs';
import { threadId } from 'node:worker_threads';

const EVERY_MS = 10;
const collect = globalThis.gc;
if (collect === undefined) throw new Error('needs --expose-gc');
let forced = 0;
setInterval(() => {
  collect();
  forced++;
}, EVERY_MS).unref();
process.on('exit', () => writeSync(2, `${JSON.stringify({ event: 'gc.forced', forced, threadId })}\n`));
