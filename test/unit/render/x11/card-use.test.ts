// Goal: what a session holds of a card is read as the drivers tell it, each client once, and who holds too much is told of
// once. Method: a folder as /proc looks, with texts as amdgpu, i915, xe and nvidia-smi write them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { drmBytes, findCardUse, pmonMb, readFdinfo } from '../../../../src/render/x11/card-use.ts';

const KIB = 1_024;
const MIB = 1_048_576;
const amd = (client: number, kib: number) =>
  `pos:\t0\nflags:\t02100002\nmnt_id:\t23\nino:\t589\ndrm-driver:\tamdgpu\ndrm-client-id:\t${client}\ndrm-pdev:\t0000:0a:00.0\n` +
  `pasid:\t32770\ndrm-memory-vram:\t${kib} KiB\ndrm-memory-gtt: \t7340 KiB\ndrm-engine-gfx:\t9876543210 ns\n`;
const i915 =
  'drm-driver:\ti915\ndrm-client-id:\t7\ndrm-pdev:\t0000:03:00.0\ndrm-total-system0:\t9 MiB\ndrm-total-local0:\t64 MiB\n' +
  'drm-shared-local0:\t0\ndrm-resident-local0:\t48 MiB\ndrm-purgeable-local0:\t1 MiB\n';
const xe =
  'drm-driver:\txe\ndrm-client-id:\t7\ndrm-pdev:\t0000:04:00.0\ndrm-total-vram0:\t4096\ndrm-total-vram1:\t4 KiB\n';

const proc = mkdtempSync(join(tmpdir(), 'nearcade-proc-'));
afterAll(() => rmSync(proc, { recursive: true, force: true }));
function open(pid: number, fd: number, text: string): void {
  mkdirSync(join(proc, String(pid), 'fdinfo'), { recursive: true });
  writeFileSync(join(proc, String(pid), 'fdinfo', String(fd)), text);
}

test.each<[string, string, object | undefined]>([
  ['the card’s own memory, not the machine’s', amd(42, 2_048), { client: '0000:0a:00.0 42', bytes: 2_048 * KIB }],
  ['what is resident, where it is told', i915, { client: '0000:03:00.0 7', bytes: 48 * MIB }],
  ['all regions of a card', xe, { client: '0000:04:00.0 7', bytes: 8 * KIB }],
  ['a file that is no card', 'pos:\t0\nflags:\t02\n', undefined],
  ['an odd number', 'drm-client-id:\t1\ndrm-memory-vram:\tmuch\n', { client: ' 1', bytes: 0 }],
])('fdinfo: %s', (_what, text, found) => expect(readFdinfo(text)).toEqual(found));

test('a client counts once however many descriptors and processes share it; others, and the ended, count nothing', () => {
  open(100, 5, amd(42, 1_024));
  open(100, 6, amd(42, 1_024)); // Duplicated.
  open(101, 5, amd(42, 1_024)); // Inherited.
  open(101, 9, amd(43, 512));
  open(102, 3, i915);
  open(103, 3, amd(44, 4_096)); // Somebody else's.
  open(102, 0, 'pos:\t0\n');
  expect(drmBytes([100, 101, 102, 9_999], proc)).toBe(1_536 * KIB + 48 * MIB);
});

test('nvidia-smi: megabytes of the processes meant, whether they compute or draw', () => {
  const said = [
    '# gpu         pid   type     fb   ccpm    command ',
    '# Idx           #    C/G     MB     MB    name ',
    '    0        440     C   2566      0    python3        ',
    '    0        441     G    130      0    neverball      ',
    '    1        441   C+G     20      0    neverball      ',
    '    0        442     G      -      -    -              ',
    '    0        443     G    999      0    another        ',
  ].join('\n');
  expect(pmonMb(said, [441, 442])).toBe(150);
  expect(pmonMb(said, [440])).toBe(2_566);
  expect(pmonMb('No devices were found', [440])).toBe(0);
});

test('without a card nothing is read; with one of an open driver the kernel is asked', async () => {
  const dev = join(proc, 'dev');
  expect(findCardUse(dev, proc)).toBeUndefined();
  mkdirSync(join(dev, 'dri'), { recursive: true });
  writeFileSync(join(dev, 'dri', 'card0'), ''); // A display without a card's engines is none.
  expect(findCardUse(dev, proc)).toBeUndefined();
  writeFileSync(join(dev, 'dri', 'renderD128'), '');
  expect(await findCardUse(dev, proc)?.([100, 102])).toBe(49);
});
