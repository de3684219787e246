// src/render/x11/draw-probe.ts - started where a game would be: opens a window with OpenGL, says who draws there, and paints
// the window in one colour until its input ends. argv: width, height, and red, green, blue of 0 to 255.
import koffi from 'koffi';

const [width = 1, height = 1, ...colour] = process.argv.slice(2).map(Number);

// Values of X.h, glx.h and gl.h.
const [GLX_RGBA, GLX_DOUBLEBUFFER, GLX_RED, GLX_GREEN, GLX_BLUE] = [4, 5, 8, 9, 10];
const [ALLOC_NONE, INPUT_OUTPUT, CW_BORDER_PIXEL, CW_COLORMAP] = [0, 1, 1 << 3, 1 << 13];
const [GL_RENDERER, GL_VERSION, GL_COLOR_BUFFER_BIT] = [0x1f01, 0x1f02, 0x4000];
const PAINT_MS = 20;

const x = koffi.load('libX11.so.6');
const gl = koffi.load('libGL.so.1');
const VisualInfo = koffi.struct({ visual: 'void *', id: 'unsigned long', screen: 'int', depth: 'int' });
/** XSetWindowAttributes of Xlib.h on a 64-bit machine: its bytes, and where the colormap lies. */
const [ATTRIBUTES_BYTES, COLORMAP_AT] = [112, 96];

const openDisplay = x.func('void *XOpenDisplay(const char *name)');
const rootOf = x.func('ulong XDefaultRootWindow(void *display)');
const screenOf = x.func('int XDefaultScreen(void *display)');
const makeColormap = x.func('ulong XCreateColormap(void *display, ulong window, void *visual, int alloc)');
const makeWindow = x.func('XCreateWindow', 'ulong', [
  ...['void *', 'ulong', 'int', 'int', 'uint', 'uint', 'uint', 'int', 'uint', 'void *', 'ulong', 'void *'],
]);
const mapWindow = x.func('int XMapWindow(void *display, ulong window)');
const chooseVisual = gl.func('void *glXChooseVisual(void *display, int screen, int *attributes)');
const makeContext = gl.func('void *glXCreateContext(void *display, void *visual, void *share, int direct)');
const makeCurrent = gl.func('int glXMakeCurrent(void *display, ulong window, void *context)');
const swap = gl.func('void glXSwapBuffers(void *display, ulong window)');
const textOf = gl.func('const char *glGetString(uint name)');
const clearColour = gl.func('void glClearColor(float red, float green, float blue, float alpha)');
const clear = gl.func('void glClear(uint mask)');

function need<T>(value: T | null, what: string): T {
  if (value === null || value === 0) throw new Error(`no ${what}`);
  return value;
}

const display = need(openDisplay(null), 'display');
const wanted = [GLX_RGBA, GLX_DOUBLEBUFFER, ...[GLX_RED, 8], ...[GLX_GREEN, 8], ...[GLX_BLUE, 8], 0];
const info = need(chooseVisual(display, screenOf(display), new Int32Array(wanted)), 'visual for OpenGL');
const { visual, depth } = koffi.decode(info, VisualInfo);
const root = rootOf(display);
const attributes = Buffer.alloc(ATTRIBUTES_BYTES);
attributes.writeBigUInt64LE(BigInt(makeColormap(display, root, visual, ALLOC_NONE)), COLORMAP_AT);
const mask = CW_BORDER_PIXEL | CW_COLORMAP;
const window = makeWindow(display, root, 0, 0, width, height, 0, depth, INPUT_OUTPUT, visual, mask, attributes);
mapWindow(display, window);
need(makeCurrent(display, window, need(makeContext(display, info, null, 1), 'OpenGL context')), 'current context');
process.stdout.write(`${JSON.stringify({ renderer: textOf(GL_RENDERER), version: textOf(GL_VERSION) })}\n`);
const [red = 0, green = 0, blue = 0] = colour.map((value) => value / 255);
setInterval(() => {
  clearColour(red, green, blue, 1);
  clear(GL_COLOR_BUFFER_BIT);
  swap(display, window);
}, PAINT_MS);
process.stdin.on('end', () => process.exit(0)).resume();
