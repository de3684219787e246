// test/contract/render-sandbox/closed.ts - runs as root where no namespace of users can be made (see
// render-sandbox.test.ts), as in many containers; the guest plays there. Prints the wall and what it got.
import { findWall } from '../../../src/render/x11/wall.ts';
import { playGuest } from './guest.ts';

const guest = await playGuest('require', process.argv.slice(2));
await guest.run.close();
process.stdout.write(`${JSON.stringify({ by: findWall('auto').by, got: [...guest.got.values()] })}\n`);
process.exit(0);
