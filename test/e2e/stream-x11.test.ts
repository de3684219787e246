// test/e2e/stream-x11.test.ts - goal: what is on an X display comes out as pictures, at once when asked, and a display
// that goes away is an outage with its name. Method: Xvfb, a window of one colour.
import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OutageError } from '../../src/base/assert.ts';
import { planeOf } from '../../src/stream/av.ts';
import { openPictureSource } from '../../src/stream/picture-source.ts';

type XClient = {
  AllocID(): number;
  CreateWindow(...args: unknown[]): void;
  MapWindow(window: number): void;
  GetInputFocus(done: () => void): void;
};
type XFound = { client: XClient; screen: [{ root: number }] };
/** The package has no types. */
const x11: { createClient(options: { display: string }, done: (error: unknown, found: XFound) => void): void } =
  createRequire(import.meta.url)('x11');

let server: ChildProcess;
let display = '';

beforeAll(async () => {
  server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '640x480x24', '-ac', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await new Promise<string>((resolve, reject) => {
    server.stdio[3]?.once('data', (data: Buffer) => resolve(data.toString().trim()));
    server.once('exit', () => reject(new Error('Xvfb did not start')));
    server.once('error', reject);
  });
  display = `:${number}`;
});

afterAll(() => server?.kill());

/** Covers the screen with one colour, 0xRRGGBB; resolves when it is there. */
function paint(colour: number): Promise<void> {
  return new Promise((resolve, reject) => {
    x11.createClient({ display }, (error, found) => {
      if (error) return reject(error);
      const X = found.client;
      const window = X.AllocID();
      X.CreateWindow(window, found.screen[0].root, 0, 0, 640, 480, 0, 0, 0, 0, {
        backgroundPixel: colour,
        overrideRedirect: true,
      });
      X.MapWindow(window);
      X.GetInputFocus(() => resolve()); // A round trip: everything before it was done.
    });
  });
}
test('the colour on the display is the colour of the picture, also at an odd width', async () => {
  for (const [width, height] of [
    [640, 480],
    [426, 240],
  ] as const) {
    const source = await openPictureSource(
      { kind: 'x11', display, width, height, authority: '/dev/null' },
      { width, height, bufferHeight: height + 32 },
    );
    for (const colour of [0xc02840, 0x28c040]) {
      await paint(colour);
      const frame = await source.capture(0);
      const at = planeOf(frame, 0).readUInt32LE(4 * 100) & 0xff_ffff;
      expect(at.toString(16)).toBe(colour.toString(16));
    }
    await source.close();
  }
});

test('pictures come as often as they are asked for, not at a rate of their own', async () => {
  const shape = { width: 640, height: 480, bufferHeight: 512 };
  const source = await openPictureSource({ kind: 'x11', display, ...shape, authority: '/dev/null' }, shape);
  await source.capture(0);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const startMs = performance.now();
  for (let i = 0; i < 20; i++) await source.capture(0);
  expect((performance.now() - startMs) / 20).toBeLessThan(10);
  expect(source.settleMs).toBeGreaterThan(0);
  await source.close();
});

test('a display that is not there, and one that goes away, are outages', async () => {
  const shape = { width: 640, height: 480, bufferHeight: 512 };
  const missing = { kind: 'x11' as const, display: ':9876', ...shape, authority: '/dev/null' };
  await expect(openPictureSource(missing, shape)).rejects.toThrow(OutageError);
  const source = await openPictureSource({ kind: 'x11', display, ...shape, authority: '/dev/null' }, shape);
  await source.capture(0);
  server.kill('SIGKILL');
  await new Promise((resolve) => server.once('exit', resolve));
  await expect(
    (async () => {
      for (let i = 0; i < 5; i++) await source.capture(0);
    })(),
  ).rejects.toThrow(display);
  await source.close();
});
