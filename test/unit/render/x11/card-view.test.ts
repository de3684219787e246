// Goal: a program behind the wall sees the graphics cards, and of /sys nothing that tells one machine from another. Method:
// a /sys made of files, with a card beside a network and a disk; where bubblewrap works it really looks at it from inside.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cardView } from '../../../../src/render/x11/card-view.ts';

const BUS = '/sys/devices/pci0000:00/0000:00:01.0';
const [CARD, NET, DISK] = [`${BUS}/0000:01:00.0`, `${BUS}/0000:02:00.0`, `${BUS}/0000:03:00.0`];

function machine(files: Readonly<Record<string, string>>, links: Readonly<Record<string, string>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'nearcade-sys-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  for (const [path, to] of Object.entries(links)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    symlinkSync(to, join(root, path));
  }
  return root;
}

const FILES = {
  '/dev/dri/renderD128': '',
  '/dev/nvidia0': '',
  '/dev/sda': '',
  [`${CARD}/class`]: '0x030200\n',
  [`${CARD}/vendor`]: '0x10de\n',
  [`${CARD}/drm/renderD128/dev`]: '226:128\n',
  [`${NET}/class`]: '0x020000\n',
  [`${NET}/net/eth0/address`]: '02:00:5e:10:00:01\n',
  [`${DISK}/class`]: '0x010802\n',
  [`${DISK}/nvme/nvme0/serial`]: 'S1234\n',
  '/sys/class/dmi/id/board_name': 'board\n',
  '/sys/class/drm/version': 'drm 1.1.0\n',
  '/sys/devices/system/cpu/online': '0-3\n',
};
const LINKS = {
  ...Object.fromEntries(
    [CARD, NET, DISK].map((path) => [
      `/sys/bus/pci/devices/${path.slice(-12)}`,
      `../../../devices/pci0000:00/0000:00:01.0/${path.slice(-12)}`,
    ]),
  ),
  [`${CARD}/drm/renderD128/device`]: '../../../0000:01:00.0',
  '/sys/class/drm/renderD128': '../../devices/pci0000:00/0000:00:01.0/0000:01:00.0/drm/renderD128',
  '/sys/dev/char/226:128': '../../devices/pci0000:00/0000:00:01.0/0000:01:00.0/drm/renderD128',
  '/sys/dev/char/8:0': '../../devices/elsewhere',
};

test('bound: devices, the folder of each card, and what the kernel counts; the rest of /sys stays away', () => {
  const args = cardView(machine(FILES, LINKS));
  const bound = args.flatMap((word, at) => (word.endsWith('-bind') ? [args[at + 1]] : []));
  expect(bound).toEqual(['/dev/dri', '/dev/nvidia0', '/sys/devices/system/cpu', CARD]);
  const links = args.flatMap((word, at) => (word === '--symlink' ? [args[at + 2]] : []));
  expect(links).toEqual(['/sys/bus/pci/devices/0000:01:00.0', '/sys/class/drm/renderD128', '/sys/dev/char/226:128']);
});

test('without a card nothing of /sys is bound; a card whose driver has no folder for it is bound by its class', () => {
  const { '/dev/dri/renderD128': _, '/dev/nvidia0': __, ...none } = FILES;
  expect(cardView(machine(none, LINKS))).toEqual([]);
  expect(cardView(machine({ '/dev/nvidia0': '' }))).toEqual(['--dev-bind', '/dev/nvidia0', '/dev/nvidia0']);
});

test('a card that is no PCI device is bound by the folder that its driver names', () => {
  const chip = '/sys/devices/platform/soc/gpu';
  const files = { '/dev/dri/renderD128': '', [`${chip}/drm/renderD128/dev`]: '226:128' };
  const args = cardView(
    machine(files, {
      '/sys/class/drm/renderD128': '../../devices/platform/soc/gpu/drm/renderD128',
      [`${chip}/drm/renderD128/device`]: '../../../gpu',
    }),
  );
  expect(args).toContain(chip);
});

test('seen from inside: a driver finds the card by its number, its slot and its class; addresses are not there', () => {
  const root = machine(FILES, LINKS);
  const args = cardView(root).map((word, at, all) => (all[at - 1]?.endsWith('-bind') ? join(root, word) : word));
  const look = `cat /sys/dev/char/226:128/device/vendor /sys/class/drm/renderD128/dev /sys/bus/pci/devices/*/class
    find -L /sys -name address -o -name serial -o -name board_name; ls -l /sys | grep -c 'rwxr-xr-x'`;
  const box = [
    '--unshare-user',
    '--ro-bind',
    '/usr',
    '/usr',
    '--symlink',
    'usr/bin',
    '/bin',
    '--symlink',
    'usr/lib',
    '/lib',
  ];
  const view = [...box, '--symlink', 'usr/lib64', '/lib64', '--dev', '/dev', ...args, '--', '/bin/sh', '-c', look];
  const { stdout } = spawnSync('/usr/bin/bwrap', view, { encoding: 'utf8' });
  expect(stdout.trim().split('\n')).toEqual(['0x10de', '226:128', '0x030200', '4']);
});
