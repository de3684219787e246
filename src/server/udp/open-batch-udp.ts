// src/server/udp/open-batch-udp.ts - chooses the backend: `ffi` where it passes its self-test, else `dgram` with a warning.
import { arch, platform } from 'node:process';
import { OutageError } from '../../base/assert.ts';
import type { BatchUdp, BatchUdpOptions } from './batch-udp.ts';
import { DgramUdp } from './dgram-udp.ts';

/** What an operator may ask for; `auto` is `ffi` if it works. */
export type BackendWish = 'auto' | 'ffi' | 'dgram';

/** Why `ffi` was not taken; `undefined` when it was, or was not wanted. */
export type OpenedUdp = { readonly udp: BatchUdp; readonly fallback: string | undefined };

async function openFfi(options: BatchUdpOptions): Promise<BatchUdp | string> {
  if (platform !== 'linux' || (arch !== 'x64' && arch !== 'arm64')) return `no layout for ${platform} ${arch}`;
  try {
    // Loaded only when wanted: on a system without glibc or without koffi's binary the import itself fails.
    const [{ FfiUdp }, { ffiFault }] = await Promise.all([import('./ffi-udp.ts'), import('./ffi-self-test.ts')]);
    const udp = new FfiUdp(options);
    const fault = ffiFault(udp, '127.0.0.1');
    if (fault === undefined) return udp;
    udp.stop();
    return fault;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

/**
 * Opens a backend.
 * @throws OutageError when `ffi` was asked for by name and cannot run
 */
export async function openBatchUdp(wish: BackendWish, options: BatchUdpOptions): Promise<OpenedUdp> {
  if (wish === 'dgram') return { udp: new DgramUdp(options), fallback: undefined };
  const opened = await openFfi(options);
  if (typeof opened !== 'string') return { udp: opened, fallback: undefined };
  if (wish === 'ffi') throw new OutageError(`the ffi backend cannot run here: ${opened}`);
  return { udp: new DgramUdp(options), fallback: opened };
}
