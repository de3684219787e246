// src/agent/machine-report.ts - what the machine is, for the hub and for whoever chooses a node; and how busy it is.
import { accessSync, constants, readFileSync } from 'node:fs';
import { availableParallelism, cpus, hostname, release, totalmem } from 'node:os';
import { gpuClassOf } from '../pool/gpu-class.ts';
import type { Machine } from '../protocol/node-messages.ts';
import { findGpus } from './graphics.ts';

/** What the operator and the first slot say; the rest is read from the system. */
export type MachineFacts = {
  readonly name: string | undefined;
  readonly region: string;
  readonly agentVersion: string;
  readonly encoders: Machine['encoders'];
  /** The card that draws X11 games. */
  readonly drawnBy: string | undefined;
  /** How X11 games are shut in. */
  readonly sandbox: NonNullable<Machine['sandbox']>;
};

const NAME_CHARS = 80;
const BYTES_PER_MB = 1024 * 1024;
const UINPUT = '/dev/uinput';

const short = (text: string, fallback: string): string => text.trim().slice(0, NAME_CHARS) || fallback;

function systemName(): string {
  try {
    const pretty = /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
    return pretty ?? `Linux ${release()}`;
  } catch {
    return `Linux ${release()}`;
  }
}

/** True when games can get virtual pads: the kernel module is loaded and this user may write to it. */
export function hasVirtualPads(path = UINPUT): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Describes this machine. Asks the graphics driver, which may take seconds the first time. */
export async function describeMachine({
  name,
  region,
  agentVersion,
  encoders,
  drawnBy,
  sandbox,
}: MachineFacts): Promise<Machine> {
  const gpus = await findGpus();
  const names = encoders.map((encoder) => encoder.name);
  const gpuMemoryMb = gpus.map(({ memoryMb }) => memoryMb);
  const driver = gpus.find((gpu) => gpu.driver !== undefined)?.driver;
  return {
    name: short(name ?? hostname(), 'node'),
    region: short(region, 'local'),
    agentVersion,
    os: short(systemName(), 'Linux'),
    cpu: short(cpus()[0]?.model ?? '', 'unknown processor'),
    cores: availableParallelism(),
    memoryMb: Math.floor(totalmem() / BYTES_PER_MB),
    gpus: gpus.map((gpu) => gpu.name),
    gpuMemoryMb,
    gpuClass: gpuClassOf(gpuMemoryMb, names),
    encoders,
    virtualPads: hasVirtualPads(),
    sandbox,
    ...(driver === undefined ? {} : { driver }),
    ...(drawnBy === undefined ? {} : { drawnBy: short(drawnBy, 'card') }),
  };
}

/** Ticks of all processors since boot: working and idle. */
export type CpuTimes = { readonly busy: number; readonly idle: number };

/** Reads the processors' ticks now. */
export function cpuTimes(): CpuTimes {
  let [busy, idle] = [0, 0];
  for (const { times } of cpus()) {
    busy += times.user + times.nice + times.sys + times.irq;
    idle += times.idle;
  }
  return { busy, idle };
}

/** Share of the machine's processor time that was used between two readings, 0..1. */
export function loadBetween(before: CpuTimes, now: CpuTimes): number {
  const [busy, idle] = [now.busy - before.busy, now.idle - before.idle];
  return busy + idle <= 0 ? 0 : Math.min(1, Math.max(0, busy / (busy + idle)));
}
