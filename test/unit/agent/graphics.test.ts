// test/unit/agent/graphics.test.ts - which cards a machine tells of: all, or those that CUDA may see, for no other encodes.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findGpus } from '../../../src/agent/graphics.ts';

// As the tool answers: a list of places or names of cards, and an error for what is neither.
const SMI = `#!/bin/sh
case "$1" in
  --id=1) echo 'NVIDIA GeForce RTX 4070, 12282, 580.1' ;;
  --id=*) exit 6 ;;
  *) echo 'NVIDIA GeForce RTX 4090, 24564, 580.1'; echo 'NVIDIA GeForce RTX 4070, 12282, 580.1' ;;
esac
`;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'smi-'));
  writeFileSync(join(folder, 'nvidia-smi'), SMI);
  chmodSync(join(folder, 'nvidia-smi'), 0o755);
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test.each([
  [undefined, [24_564, 12_282]],
  ['', [24_564, 12_282]],
  ['1', [12_282]],
  ['MIG-1', [24_564, 12_282]],
] as const)('with CUDA_VISIBLE_DEVICES %s', async (visible, expected) => {
  vi.stubEnv('CUDA_VISIBLE_DEVICES', visible);
  expect((await findGpus(folder)).map(({ memoryMb }) => memoryMb)).toEqual(expected);
});
