// test/contract/node-service.test.ts - the unit that `node install-service` writes. Method: the real command writes into a
// folder of the test; systemd's own checker reads it where this machine has it; a broken unit is its control.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const CLI = join(import.meta.dirname, '../../src/main/cli.ts');
const CHECKER = '/usr/bin/systemd-analyze';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'nearcade-unit-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

function install(...flags: string[]) {
  const words = ['--disable-warning=ExperimentalWarning', CLI, 'node', 'install-service', ...flags];
  return spawnSync(process.execPath, words, { encoding: 'utf8' });
}

const verify = (unit: string) => spawnSync(CHECKER, ['verify', '--recursive-errors=no', unit], { encoding: 'utf8' });

test('the unit is written with what was asked, and says what is left to do', () => {
  const unit = join(folder(), 'nearcade-node.service');
  const flags = ['--hub', 'https://hub.example', '--unit', unit, '--user', 'games', '--drain-seconds', '60'];
  const chain = ['--chain-rpc', 'https://one.example,https://two.example', '--chain-escrow', `0x${'ab'.repeat(20)}`];
  const { status, stdout } = install(...flags, '--name', 'Room 5 "left" 100%', '--session-memory-mb', '2048', ...chain);
  expect(status).toBe(0);
  // The first start needs a token, and has to find it before the service is switched on.
  expect(stdout).toMatch(
    /NEARCADE_TOKEN=TOKEN .* \/etc\/nearcade\/node.env[\s\S]*systemctl enable --now nearcade-node/,
  );
  const text = readFileSync(unit, 'utf8');
  expect(text).toContain('"--hub" "https://hub.example"');
  expect(text).toContain('"--name" "Room 5 \\"left\\" 100%%"');
  expect(text).toContain('"--session-memory-mb" "2048"');
  expect(text).toContain(chain.map((word) => `"${word}"`).join(' '));
  expect(text).toMatch(/^User=games$/m);
  expect(text).toMatch(/^TimeoutStopSec=80$/m);
  expect(install(...flags).stdout).toContain('systemctl reload nearcade-node');
});

test.runIf(existsSync(CHECKER))("systemd's own checker finds nothing in it, and finds a fault that is there", () => {
  const unit = join(folder(), 'nearcade-node.service');
  expect(install('--hub', 'https://hub.example', '--unit', unit, '--user', 'games').status).toBe(0);
  const seen = verify(unit);
  expect([seen.status, seen.stderr]).toEqual([0, '']);
  writeFileSync(unit, readFileSync(unit, 'utf8').replace('KillMode=mixed', 'KillMode=gently'));
  expect(verify(unit).stderr).toContain('kill mode');
});

test.each([
  [['--data', '/home/nobody-here/node'], 'read-only'],
  [['--data', '/run/user/9/node'], 'read-only'],
  [['--data', '/srv/homes/node'], 'yes'],
])('homes are as open as the folders that were named need: %j', (flags, protects) => {
  const unit = join(folder(), 'nearcade-node.service');
  expect(install('--hub', 'https://hub.example', '--unit', unit, ...flags).status).toBe(0);
  expect(readFileSync(unit, 'utf8')).toMatch(new RegExp(`^ProtectHome=${protects}$`, 'm'));
});

test('games in a home stay in sight, whoever may enter it; folders that the service would not find are refused', () => {
  const unit = join(folder(), 'nearcade-node.service');
  const home = mkdtempSync(join(userInfo().homedir, 'nearcade-games-')); // Its owner's alone.
  onTestFinished(() => rmSync(home, { recursive: true }));
  const ask = (...flags: string[]) => install('--hub', 'https://hub.example', '--unit', unit, ...flags);
  const { status, stdout } = ask('--games', home);
  expect([status, stdout]).toEqual([0, expect.stringContaining('is shut to nearcade')]);
  const text = readFileSync(unit, 'utf8');
  expect(text).toContain(`"--games" "${home}"`);
  expect(text).toMatch(/^ProtectHome=read-only$/m);
  for (const [flags, words] of [
    [['--games', folder()], 'a /tmp of its own'],
    [['--data', '/var/tmp/node'], '--data'],
    [['--games', join(home, 'none')], 'there is no folder'],
  ] as const) {
    expect(ask(...flags)).toMatchObject({ status: 1, stderr: expect.stringContaining(words) });
  }
});

test('a version that cannot start is left alone after ten tries; a reload asks the new one before the old is told', () => {
  const unit = join(folder(), 'nearcade-node.service');
  install('--hub', 'https://hub.example', '--unit', unit);
  const text = readFileSync(unit, 'utf8');
  expect(text).toMatch(/^\[Unit\]\n(?:\w.*\n)*StartLimitIntervalSec=300\nStartLimitBurst=10$/m);
  const reloads = [...text.matchAll(/^ExecReload=(.*)$/gm)].map(([, line]) => line ?? '');
  expect(reloads).toEqual([expect.stringMatching(/nearcade" "--version"$/), '/bin/kill -USR2 $MAINPID']);
});

test('root, and a file that cannot be written, are refused in words', () => {
  const hub = ['--hub', 'https://hub.example'];
  const asRoot = install(...hub, '--user', 'root', '--unit', join(folder(), 'x.service'));
  expect([asRoot.status, asRoot.stderr]).toEqual([2, expect.stringContaining('needs no root')]);
  const nowhere = install(...hub, '--unit', '/proc/nearcade/node.service');
  expect([nowhere.status, nowhere.stderr]).toEqual([1, expect.stringContaining('--unit')]);
});
