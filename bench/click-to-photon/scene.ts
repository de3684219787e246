// bench/click-to-photon/scene.ts - the scene of both sides, drawn by the same code in Node and in a browser: a tiled floor
// that scrolls and forty discs. Colours are 0xAABBGGRR, as both keep their pixels.

const DISCS = 40;

/** Draws the moment `nowMs` into `pixels`, row after row. */
export function drawScene(pixels: Uint32Array, width: number, height: number, nowMs: number): void {
  const step = Math.floor(nowMs / 16);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x += 32) {
      const tile = ((x + step * 3) >> 5) + (y >> 5);
      const shade = 60 + (tile % 5) * 18 + ((y >> 2) & 7);
      pixels.fill(
        0xff_00_00_00 | (shade << 16) | ((shade - 20) << 8) | (shade - 30),
        row + x,
        row + Math.min(x + 32, width),
      );
    }
  }
  for (let i = 0; i < DISCS; i++) {
    const radius = 14 + (i % 20);
    const [cx, cy] = [(i * 97 + step * (3 + (i % 7))) % width, (i * 53 + step * (2 + (i % 5))) % height];
    const colour = (0xff_00_00_00 | ((i * 0x3b_5d_79) & 0xff_ff_ff)) >>> 0;
    for (let dy = -radius; dy <= radius; dy++) {
      const y = cy + dy;
      if (y < 0 || y >= height) continue;
      const half = Math.floor(Math.sqrt(radius * radius - dy * dy));
      pixels.fill(colour, y * width + Math.max(0, cx - half), y * width + Math.min(width, cx + half));
    }
  }
}
