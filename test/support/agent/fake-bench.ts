// test/support/agent/fake-bench.ts - a bench that measures nothing. Where the version is a path it writes its process there and
// never says a word, so that a test sees whether it was ended; else it says figures at once.
import { writeFileSync } from 'node:fs';

process.once('disconnect', () => process.exit(0));
const [, version = ''] = process.argv.slice(2);
const bench = { atMs: Date.now(), version, encodes: [], sessions: { count: 1, most: 8 }, relays: [] };
if (version.startsWith('/')) writeFileSync(version, String(process.pid));
else process.send?.(bench, () => process.exit(0));
setInterval(() => {}, 60_000);
