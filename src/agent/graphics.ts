// src/agent/graphics.ts - which graphics cards this machine has. Names come from the driver.
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** One card. `memoryMb` is 0 where the driver does not say. */
export type Gpu = { readonly name: string; readonly memoryMb: number; readonly driver?: string };

const SMI_QUERY = ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader,nounits'];
const SMI_MS = 5_000; // The first call loads the driver, which takes seconds on machines with many cards.
const VENDORS: Readonly<Record<string, string>> = { '0x1002': 'AMD', '0x8086': 'Intel', '0x10de': 'NVIDIA' };
const GPUS_MAX = 16;
const NAME_CHARS = 80;
const BYTES_PER_MB = 1024 * 1024;
/** Reads what `nvidia-smi` printed: one card a line, 'name, megabytes, driver'. Lines of another form are skipped. */
export function readSmi(text: string): Gpu[] {
  return text.split('\n').flatMap((line) => {
    const [, name, memory, driver] = /^(.+?),\s*(\d+)(?:,\s*([\w.]+))?\s*$/.exec(line) ?? [];
    if (name === undefined) return [];
    const card = { name: name.trim().slice(0, NAME_CHARS), memoryMb: Number(memory) };
    return [driver === undefined ? card : { ...card, driver: driver.slice(0, NAME_CHARS) }];
  });
}

async function word(path: string): Promise<string | undefined> {
  return (await readFile(path, 'utf8').catch(() => undefined))?.trim();
}

async function readDrm(folder: string): Promise<Gpu[]> {
  const cards = (await readdir(folder).catch(() => [])).filter((name) => /^card\d+$/.test(name)).sort();
  const read = async (card: string): Promise<Gpu[]> => {
    const device = join(folder, card, 'device');
    const vendor = await word(join(device, 'vendor'));
    if (vendor === undefined || VENDORS[vendor] === undefined) return []; // A virtual or server-management display.
    const bytes = Number((await word(join(device, 'mem_info_vram_total'))) ?? 0);
    const name = `${VENDORS[vendor]} ${(await word(join(device, 'device'))) ?? ''}`.trim();
    return [{ name, memoryMb: Math.floor(bytes / BYTES_PER_MB) }];
  };
  return (await Promise.all(cards.map(read))).flat();
}

/** Finds the machine's cards: NVIDIA's by its tool, the others by the kernel. Never throws; none is an empty list. */
export async function findGpus(drmFolder = '/sys/class/drm'): Promise<Gpu[]> {
  const ask = (more: readonly string[]) =>
    promisify(execFile)('nvidia-smi', [...more, ...SMI_QUERY], { timeout: SMI_MS });
  // CUDA hides the other cards from our encoders too; what else may stand there, such as a part of a card, the tool refuses.
  const visible = process.env.CUDA_VISIBLE_DEVICES;
  const chosen = visible === undefined || visible === '' ? ask([]) : ask([`--id=${visible}`]).catch(() => ask([]));
  const smi = await chosen.catch(() => undefined);
  const nvidia = readSmi(smi?.stdout ?? '');
  const others = (await readDrm(drmFolder)).filter(({ name }) => nvidia.length === 0 || !name.startsWith('NVIDIA'));
  return [...nvidia, ...others].slice(0, GPUS_MAX);
}
