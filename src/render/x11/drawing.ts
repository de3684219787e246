// src/render/x11/drawing.ts - who draws X11 games, found out by drawing: behind the wall, on a display, as a game does. Xvfb
// names a library that draws by the processor; NVIDIA's draws on it as well, when it is asked for by name. ADR-0130.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../../base/random.ts';
import { renderNodes } from './card-view.ts';
import { endChild, lastWords, waitUntil } from './child.ts';
import { Display } from './display.ts';
import { Sandbox } from './sandbox.ts';
import type { Wall } from './wall.ts';
import { displayEnv, startXServer, type XServer } from './x-server.ts';

/** What draws: a card, or the processor. */
export type DrawnBy = 'card' | 'processor';

/** `renderer` as OpenGL names it, where it was tried. `reason`: why the card there is does not. */
export type Drawing = { readonly by: DrawnBy; readonly renderer?: string; readonly reason?: string };

/** What a game is told for it. Without the second a card waits for a screen that is not there. */
export const DRAW_ENV: Readonly<Record<DrawnBy, Readonly<Record<string, string>>>> = {
  card: { __GLX_VENDOR_LIBRARY_NAME: 'nvidia', __GL_SYNC_TO_VBLANK: '0' },
  processor: {},
};

/** What the trial needs of the machine. */
export type DrawingOptions = { readonly random: Random; readonly tempFolder: string; readonly wall: Wall };

const PROBE = join(import.meta.dirname, 'draw-probe.ts');
const PACKAGES = ['koffi', '@koromix'].map((name) => join(import.meta.dirname, '../../../node_modules', name));
const SIZE = { width: 64, height: 64 };
const COLOUR = [23, 142, 201] as const;
const PICTURE_MS = 10_000; // A driver that is loaded for the first time takes seconds.
const SOFTWARE = /llvmpipe|softpipe|swrast|software/i;

async function isPainted(display: Display): Promise<boolean> {
  const [blue, green, red] = await display.grab(SIZE.width / 2, SIZE.height / 2, 1, 1);
  return red === COLOUR[0] && green === COLOUR[1] && blue === COLOUR[2];
}

/** Draws on a display of its own. Answers as OpenGL names who did it, or why nothing came; never rejects. */
export async function tryDrawing(
  by: DrawnBy,
  { random, tempFolder, wall }: DrawingOptions,
): Promise<{ readonly renderer: string } | { readonly reason: string }> {
  let sandbox: Sandbox | undefined;
  let server: XServer | undefined;
  let display: Display | undefined;
  try {
    sandbox = new Sandbox(tempFolder, random, wall);
    server = await startXServer(sandbox, SIZE, random);
    display = await Display.open(server);
    const eyes = display;
    const argv = [process.execPath, '--no-warnings', PROBE, ...Object.values(SIZE), ...COLOUR].map(String);
    const env = { ...displayEnv(server), ...DRAW_ENV[by] };
    const reads = [server.socket, process.execPath, PROBE, ...PACKAGES];
    const child = sandbox.spawn(argv, env, ['pipe', 'pipe', 'pipe'], { network: 'none', reads });
    const words = lastWords(child);
    let said = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const painted = await waitUntil(child, PICTURE_MS, () => isPainted(eyes));
    await endChild(child, 0);
    const renderer: unknown = said === '' ? undefined : JSON.parse(said).renderer;
    if (painted && typeof renderer === 'string') return { renderer };
    return {
      reason:
        words()
          .split('\n')
          .find((line) => /error/i.test(line)) ?? 'nothing was drawn',
    };
  } catch (cause) {
    return { reason: cause instanceof Error ? cause.message : String(cause) };
  } finally {
    display?.close();
    if (server !== undefined) await endChild(server.process, 0);
    await sandbox?.end().catch(() => undefined); // The sweep of leftovers takes what is still there.
  }
}

/** Finds out who draws X11 games here. Takes no time where no card of NVIDIA's is. Never rejects. */
export async function findDrawing(options: DrawingOptions): Promise<Drawing> {
  if (!existsSync('/dev/nvidiactl')) {
    return {
      by: 'processor',
      ...(renderNodes().length > 0 && { reason: 'only NVIDIA cards draw on an X display without a screen' }),
    };
  }
  const tried = await tryDrawing('card', options);
  if ('reason' in tried) return { by: 'processor', reason: tried.reason };
  return { by: SOFTWARE.test(tried.renderer) ? 'processor' : 'card', renderer: tried.renderer };
}
