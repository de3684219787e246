// clients/web/src/pages/play/deep-link.ts - /play?game=ID&auto=1&path=...&seed=N&size=WxH&fps=N&kbps=N&node=ID: what kiosks and
// tests ask of the page in its address (docs/PLAYER-API.md). What is not well formed is left out.
import type { GameId, NodeId } from '../../../../../src/base/ids.ts';
import { pictureLimits } from '../../../../../src/protocol/limits.ts';
import type { PathWish, Picture } from '../../../../../src/protocol/shapes.ts';

/** What the address asks for. */
export type DeepLink = {
  readonly game?: GameId;
  /** Start without a press; the hub must run play money. */
  readonly auto?: boolean;
  readonly path?: PathWish;
  readonly seed?: number;
  readonly size?: { readonly width: number; readonly height: number };
  readonly fps?: number;
  readonly kbps?: number;
  /** Play on this machine or on none. */
  readonly node?: NodeId;
};

const PATHS: readonly PathWish[] = ['auto', 'direct', 'relay', 'relay-tcp'];

function whole(value: unknown, min: number, max: number): number | undefined {
  const number = typeof value === 'number' ? value : /^\d{1,10}$/.test(String(value)) ? Number(value) : Number.NaN;
  return Number.isInteger(number) && number >= min && number <= max ? number : undefined;
}

function sizeOf(value: unknown): DeepLink['size'] {
  const match = /^(\d{2,4})x(\d{2,4})$/.exec(String(value));
  const width = whole(match?.[1], pictureLimits.widthMin, pictureLimits.widthMax);
  const height = whole(match?.[2], pictureLimits.heightMin, pictureLimits.heightMax);
  return width === undefined || height === undefined || width % 2 === 1 || height % 2 === 1
    ? undefined
    : { width, height };
}

/** Reads the parts of an address. */
export function readDeepLink(search: Readonly<Record<string, unknown>>): DeepLink {
  const game = /^[a-z0-9][a-z0-9-]{0,39}$/.test(String(search.game ?? ''))
    ? (String(search.game) as GameId)
    : undefined;
  const path = PATHS.find((name) => name === search.path);
  const node = /^0x[0-9a-f]{40}$/.test(String(search.node ?? '')) ? (String(search.node) as NodeId) : undefined;
  const seed = whole(search.seed, 0, 0xffff_ffff);
  const size = sizeOf(search.size);
  const fps = whole(search.fps, pictureLimits.fpsMin, pictureLimits.fpsMax);
  const kbps = whole(search.kbps, pictureLimits.kbpsMin, pictureLimits.kbpsMax);
  return {
    ...(game === undefined ? {} : { game }),
    ...(String(search.auto) === '1' ? { auto: true } : {}),
    ...(path === undefined ? {} : { path }),
    ...(seed === undefined ? {} : { seed }),
    ...(size === undefined ? {} : { size }),
    ...(fps === undefined ? {} : { fps }),
    ...(kbps === undefined ? {} : { kbps }),
    ...(node === undefined ? {} : { node }),
  };
}

/**
 * The path to ask for: what the address says, else `auto`. Who hides their address is never sent on a path that shows it,
 * whoever wrote the link.
 */
export function linkedPath(link: DeepLink, hideAddress: boolean): PathWish {
  const shows = link.path === undefined || link.path === 'auto' || link.path === 'direct';
  return hideAddress && shows ? 'relay' : (link.path ?? 'auto');
}

/** The picture to ask for: the game's own, changed by what the address says; undefined when it says nothing. */
export function linkedPicture(link: DeepLink, own: Picture): Picture | undefined {
  if (link.size === undefined && link.fps === undefined) return undefined;
  return { ...own, ...link.size, fps: link.fps ?? own.fps };
}
