// src/render/x11/card-view.ts - what a program behind the wall sees of the graphics cards: their devices, and of /sys no more
// than drivers look up there. All of /sys would tell it which machine it is on: addresses of networks, numbers of disks.
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Numbers of processors and of memory, by which drivers divide their work. */
const SYSTEM = ['cpu', 'node', 'memory/block_size_bytes'].map((name) => join('/sys/devices/system', name));
const [PCI, DRM, NUMBERS] = ['/sys/bus/pci/devices', '/sys/class/drm', '/sys/dev/char'];
/** Class of a PCI device: a display controller, which every graphics card is (PCI Code and ID Assignment, base class 03h). */
const DISPLAY = '0x03';

/** Devices by which programs draw on cards with open drivers; none where they cannot be listed. */
export function renderNodes(dev = '/dev'): string[] {
  const folder = join(dev, 'dri');
  try {
    const names = readdirSync(folder).filter((name) => name.startsWith('render'));
    return names.map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** The folders above these paths, outermost first. */
export function foldersAbove(paths: readonly string[]): string[] {
  const up = (path: string): string[] => (path === '/' ? [] : [...up(dirname(path)), path]);
  return [...new Set(paths.flatMap((path) => up(dirname(path))))];
}

/** A folder that everybody may enter. bubblewrap by itself would make it for root alone. */
export const openFolder = (path: string): string[] => ['--perms', '0755', '--dir', path];

/**
 * Arguments for bubblewrap; none where no card is.
 * @param root of the machine's files, for tests
 */
export function cardView(root = '/'): string[] {
  const whole = realpathSync(root);
  const here = (path: string): string => join(whole, path);
  const listed = (folder: string): string[] => (existsSync(here(folder)) ? readdirSync(here(folder)) : []);
  const text = (path: string): string => (existsSync(here(path)) ? readFileSync(here(path), 'latin1').trim() : '');
  /** Where a path really lies, as the machine names it. */
  const real = (path: string): string[] =>
    existsSync(here(path)) ? [join('/', realpathSync(here(path)).slice(whole === '/' ? 0 : whole.length))] : [];

  const nvidia = listed('/dev').filter((name) => name.startsWith('nvidia'));
  const devices = ['dri', ...nvidia].map((name) => join('/dev', name)).filter((path) => existsSync(here(path)));
  if (devices.length === 0) return [];
  const cards = listed(PCI)
    .map((slot) => join(PCI, slot))
    .filter((path) => text(join(path, 'class')).startsWith(DISPLAY));
  const nodes = listed(DRM)
    .map((name) => join(DRM, name))
    .filter((path) => text(join(path, 'dev')) !== '');
  const numbers = nodes.map((path) => join(NUMBERS, text(join(path, 'dev')))).filter((path) => existsSync(here(path)));
  // A card that is no PCI device, as in a phone's processor, has its folder elsewhere.
  const folders = [...new Set([...cards, ...nodes.map((path) => join(path, 'device'))].flatMap(real))];
  const links = [...cards, ...nodes, ...numbers];
  const seen = [...SYSTEM.filter((path) => existsSync(here(path))), ...folders];
  return [
    ...devices.flatMap((path) => ['--dev-bind', path, path]),
    ...foldersAbove([...seen, ...links]).flatMap(openFolder),
    ...seen.flatMap((path) => ['--ro-bind', path, path]),
    ...links.flatMap((path) => ['--symlink', readlinkSync(here(path)), path]),
  ];
}
