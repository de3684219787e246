// src/render/x11/card-use.ts - how much of a graphics card's memory a session's programs hold. No kernel limits that for a
// process, but it can be read without a right: of open drivers from /proc/PID/fdinfo (drm-usage-stats in the kernel's own
// documentation), of NVIDIA's from its tool. ADR-0129 says why it is watched, and time is not.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { renderNodes } from './card-view.ts';

/** Megabytes of cards' memory that these processes hold now. Never rejects: what cannot be read counts nothing. */
export type ReadCardUse = (pids: readonly number[]) => Promise<number>;

const UNITS: Readonly<Record<string, number>> = { '': 1, KiB: 1_024, MiB: 1_048_576 };
const BYTES_PER_MB = 1_048_576;
/** `vram` and `local` are the card's own memory; `gtt`, `system` and the like are the machine's, which is limited already. */
const OWN_MEMORY = /^(vram|local)\d*$/;
const PMON = ['pmon', '-c', '1', '-s', 'm'];
const SMI_MS = 5_000;

/** One client of a card as a file descriptor tells it, or undefined where the descriptor is none. */
export function readFdinfo(text: string): { readonly client: string; readonly bytes: number } | undefined {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, key, value] = /^(drm-[^:]+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) fields.set(key, value);
  }
  const id = fields.get('drm-client-id');
  if (id === undefined) return undefined;
  // Drivers tell what is resident, or only what is there at all; older ones have neither word, only the region.
  const regions = new Map<string, number>();
  for (const prefix of ['drm-memory-', 'drm-total-', 'drm-resident-']) {
    for (const [key, value] of fields) {
      const [, number, unit = ''] = /^(\d+)\s*(KiB|MiB)?$/.exec(value) ?? [];
      const region = key.startsWith(prefix) ? key.slice(prefix.length) : '';
      if (number !== undefined && OWN_MEMORY.test(region)) regions.set(region, Number(number) * (UNITS[unit] ?? 1));
    }
  }
  const bytes = [...regions.values()].reduce((sum, each) => sum + each, 0);
  return { client: `${fields.get('drm-pdev') ?? fields.get('drm-driver') ?? ''} ${id}`, bytes };
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // It has ended, or is not ours to look into.
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** Bytes by open drivers. Descriptors that were duplicated or inherited are one client and count once. */
export function drmBytes(pids: readonly number[], proc = '/proc'): number {
  const clients = new Map<string, number>();
  for (const pid of pids) {
    const folder = join(proc, String(pid), 'fdinfo');
    for (const fd of listed(folder)) {
      const found = readFdinfo(textOf(join(folder, fd)));
      if (found !== undefined) clients.set(found.client, found.bytes);
    }
  }
  return [...clients.values()].reduce((sum, each) => sum + each, 0);
}

/** Megabytes that `nvidia-smi pmon` names for these processes: 'card, process, C or G, MB, ...' a line. */
export function pmonMb(text: string, pids: readonly number[]): number {
  const wanted = new Set(pids);
  return text.split('\n').reduce((sum, line) => {
    const [, pid, mb] = /^\s*\d+\s+(\d+)\s+\S+\s+(\d+)\s/.exec(line) ?? [];
    return pid !== undefined && wanted.has(Number(pid)) ? sum + Number(mb) : sum;
  }, 0);
}

/** How this machine tells it, or undefined where no card is. The paths are for tests. */
export function findCardUse(dev = '/dev', proc = '/proc'): ReadCardUse | undefined {
  const open = renderNodes(dev).length > 0;
  const nvidia = existsSync(join(dev, 'nvidiactl'));
  if (!open && !nvidia) return undefined;
  return async (pids) => {
    const smi = nvidia
      ? await promisify(execFile)('nvidia-smi', PMON, { timeout: SMI_MS }).catch(() => undefined)
      : undefined;
    return pmonMb(smi?.stdout ?? '', pids) + Math.ceil(drmBytes(pids, proc) / BYTES_PER_MB);
  };
}
