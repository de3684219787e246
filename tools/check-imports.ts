// tools/check-imports.ts - the rings of docs/ARCHITECTURE.md, checked: imports run downwards only, domain folders do
// not know each other, each package has one home, rings 0-3 touch no clock, chance, process or socket, nothing is
// circular. Run: node tools/check-imports.ts. Exits with 1 and one line a fault.
import { dirname, join, normalize } from 'node:path';
import { blankTextAndComments, type SourceFile, sourceFiles } from './source-files.ts';

const RING: Readonly<Record<string, number>> = {
  base: 0,
  protocol: 1,
  ...Object.fromEntries(
    ['pool', 'session', 'billing', 'cafe', 'relay', 'signaling', 'media', 'game'].map((folder) => [folder, 2]),
  ),
  app: 3,
  ...Object.fromEntries(
    ['server', 'storage', 'chain', 'agent', 'render', 'stream', 'observe', 'config'].map((folder) => [folder, 4]),
  ),
  main: 5,
};
/** Edges that every other edge may use. */
const SHARED_EDGES = new Set(['observe', 'config']);
/** What each package may be imported by; a key ending in '/' is a scope. Not listed: nowhere. */
const PACKAGE_HOMES: Readonly<Record<string, readonly string[]>> = {
  msgpackr: ['src/protocol'],
  typebox: ['src/protocol', 'src/config', 'src/server/http', 'src/agent', 'clients/web/src/player'],
  '@noble/hashes': ['src/protocol', 'src/chain', 'clients/web/src/wallet'],
  '@noble/curves': ['src/protocol', 'src/chain', 'clients/web/src/wallet'],
  ws: ['src/server/ws', 'src/agent'],
  fastify: ['src/server/http'],
  '@fastify/': ['src/server/http'],
  ethers: ['src/chain', 'clients/web/src/wallet'],
  secp256k1: ['src/chain'],
  werift: ['src/stream'],
  'node-av': ['src/stream'],
  '@napi-rs/canvas': ['src/render'],
  x11: ['src/render'],
  pg: ['src/storage'],
  kysely: ['src/storage'],
  koffi: ['src/server/udp', 'src/render/x11'],
  pino: ['src/observe'],
  'prom-client': ['src/observe'],
  'close-with-grace': ['src/main'],
  'smol-toml': ['src/config'],
  vite: ['src/main', 'clients/web'],
  '@foundry-rs/anvil': ['src/chain'],
  nodemailer: ['src/server/mail'],
  '@peculiar/': ['src/server/tls'],
};
/** Packages of the page, which live in clients/web and nowhere else. */
const WEB_PACKAGES = /^(react|react-dom|@mantine\/.*|@tanstack\/.*|i18next|react-i18next|uplot|uqr|@vitejs\/.*)(\/|$)/;
const NODE_BUILTINS_BELOW_EDGES: Readonly<Record<string, readonly string[]>> = { 'node:crypto': ['src/relay'] };
const FORBIDDEN_GLOBALS =
  /(?<![.\w'])(Date|performance|process|Buffer|setTimeout|setInterval|setImmediate|queueMicrotask|fetch|console|globalThis|crypto)\b(?!\s*[:?]|')|\bMath\s*\.\s*random\b/g;
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s+(?:type\s+)?(?:[^'";]*?\s+from\s+)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g;

type Fault = { path: string; line: number; text: string };

function specifiers(file: SourceFile): { name: string; line: number }[] {
  return [...file.text.matchAll(IMPORT)].map((match) => ({
    name: match[1] ?? match[2] ?? '',
    line: file.text.slice(0, (match.index ?? 0) + match[0].length).split('\n').length,
  }));
}

function folderOf(path: string): string {
  return path.split('/')[1] ?? '';
}

function packageKey(name: string): string {
  const parts = name.split('/');
  return name.startsWith('@') ? `${parts[0]}/${parts[1]}` : (parts[0] ?? name);
}

function packageFault(path: string, name: string): string | undefined {
  if (WEB_PACKAGES.test(name)) return path.startsWith('clients/web/') ? undefined : `${name} belongs to clients/web`;
  const key = packageKey(name);
  const homes = PACKAGE_HOMES[key] ?? PACKAGE_HOMES[`${key.split('/')[0]}/`];
  if (homes === undefined) return `${name} has no home: add it to PACKAGE_HOMES with its decision record`;
  return homes.some((home) => path.startsWith(`${home}/`)) ? undefined : `${name} belongs to ${homes.join(', ')}`;
}

function localFault(path: string, target: string): string | undefined {
  if (path.startsWith('clients/web/')) {
    if (target.startsWith('clients/web/')) return undefined;
    return (RING[folderOf(target)] ?? 9) <= 2 ? undefined : `the page may import rings 0-2, not ${target}`;
  }
  const [from, to] = [folderOf(path), folderOf(target)];
  const [ringFrom, ringTo] = [RING[from], RING[to]];
  if (ringFrom === undefined || ringTo === undefined || !target.startsWith('src/'))
    return `${target} lies outside the rings`;
  if (from === to) return undefined;
  if (ringTo > ringFrom) return `ring ${ringFrom} may not import ring ${ringTo} (${target})`;
  if (ringTo === ringFrom && !SHARED_EDGES.has(to))
    return `${from} and ${to} are on one ring and may not know each other`;
  return undefined;
}

function globalFaults(file: SourceFile): Fault[] {
  const ring = RING[folderOf(file.path)];
  if (!file.path.startsWith('src/') || ring === undefined || ring > 3) return [];
  return [...blankTextAndComments(file.text).matchAll(FORBIDDEN_GLOBALS)]
    .filter((match) => !/declare const\s*$/.test(file.text.slice(0, match.index)))
    .map((match) => ({
      path: file.path,
      line: file.text.slice(0, match.index).split('\n').length,
      text: `rings 0-3 know no ${match[0]}: take it as an argument or a port`,
    }));
}

function circleFaults(edges: ReadonlyMap<string, readonly string[]>): Fault[] {
  const state = new Map<string, 'open' | 'done'>();
  const faults: Fault[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      faults.push({ path, line: 1, text: `circle: ${[...trail.slice(trail.indexOf(path)), path].join(' -> ')}` });
      return;
    }
    state.set(path, 'open');
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    state.set(path, 'done');
  };
  for (const path of edges.keys()) visit(path, []);
  return faults;
}

/** Every fault of the given files, in the order found. */
export function importFaults(files: readonly SourceFile[]): Fault[] {
  const faults: Fault[] = [];
  const edges = new Map<string, string[]>();
  for (const file of files) {
    const targets: string[] = [];
    for (const { name, line } of specifiers(file)) {
      const local = name.startsWith('.');
      const target = local ? normalize(join(dirname(file.path), name.split('?')[0] ?? name)) : name;
      const builtin = name.startsWith('node:');
      const below = (RING[folderOf(file.path)] ?? 9) <= 3 && file.path.startsWith('src/');
      const builtinHomes = NODE_BUILTINS_BELOW_EDGES[name] ?? [];
      const builtinFault =
        below && !builtinHomes.some((home) => file.path.startsWith(`${home}/`))
          ? `rings 0-3 may not import ${name}`
          : undefined;
      const text = local ? localFault(file.path, target) : builtin ? builtinFault : packageFault(file.path, name);
      if (text !== undefined) faults.push({ path: file.path, line, text });
      if (local) targets.push(target);
    }
    edges.set(file.path, targets);
    faults.push(...globalFaults(file));
  }
  return [...faults, ...circleFaults(edges)];
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const faults = importFaults(sourceFiles(root, 'src/**/*.ts', 'clients/web/src/**/*.{ts,tsx}'));
  for (const { path, line, text } of faults) process.stdout.write(`${path}:${line}: ${text}\n`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
