// clients/web/src/ui/radar/geometry.ts - where things lie on the radar: half a disc with you at its foot, farther out
// meaning a longer way. Logarithmic, because 5 ms matter at 10 and not at 90. Pure.

/** Rings, in ms there and back. */
export const RINGS_MS = [20, 40, 80] as const;
const EDGE_MS = 140;
const UNIT_MS = 8;

/** Share of the radius at a round trip, 0..1; farther than the edge is the edge. */
export function radiusShare(rttMs: number): number {
  return Math.min(1, Math.log1p(Math.max(0, rttMs) / UNIT_MS) / Math.log1p(EDGE_MS / UNIT_MS));
}

/** A point in pixels. */
export type Point = { readonly x: number; readonly y: number };

/** Direction of entry `index` of `count`, in radians from the right, counted against the clock. */
export function angleOf(index: number, count: number): number {
  // From the middle outwards to both sides, so that few entries stand over the player's head.
  const step = Math.PI / (count + 1);
  const side = index % 2 === 0 ? 1 : -1;
  return Math.PI / 2 + side * Math.ceil(index / 2) * step + (count % 2 === 0 ? step / 2 : 0);
}

/** The point at a direction and distance from `foot`. */
export function pointAt(foot: Point, radius: number, angle: number): Point {
  return { x: foot.x + radius * Math.cos(angle), y: foot.y - radius * Math.sin(angle) };
}

/** A box with its top left corner. */
export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/**
 * Places labels beside their points without covering one another.
 * @param labels points with the size of their labels and the least distance, the most important first
 * @param frame labels stay inside
 * @returns a box for each label, in the same order
 */
export function placeLabels(
  labels: readonly { readonly at: Point; readonly gap: number; readonly width: number; readonly height: number }[],
  frame: { readonly width: number; readonly height: number },
): readonly Box[] {
  const dots: Box[] = labels.map(({ at }) => ({ x: at.x - 7, y: at.y - 7, width: 14, height: 14 }));
  const placed: Box[] = [];
  for (const { at, gap: least, width, height } of labels) {
    const inside = (box: Box): Box => ({
      ...box,
      x: Math.min(Math.max(0, box.x), Math.max(0, frame.width - width)),
      y: Math.min(Math.max(0, box.y), Math.max(0, frame.height - height)),
    });
    const places = [0, 1, 2, 3, 4, 5].flatMap((ring) => {
      const gap = least + ring * height * 0.9;
      return [
        { x: at.x + gap, y: at.y - height / 2, width, height },
        { x: at.x - gap - width, y: at.y - height / 2, width, height },
        { x: at.x - width / 2, y: at.y - gap - height, width, height },
        { x: at.x + 8, y: at.y - gap - height, width, height },
        { x: at.x - 8 - width, y: at.y - gap - height, width, height },
      ].map(inside);
    });
    const free = places.find((box) => ![...placed, ...dots].some((other) => overlap(box, other)));
    placed.push(free ?? places[0] ?? { x: 0, y: 0, width, height });
  }
  return placed;
}
