// test/contract/node-service.test.ts - the unit that `node install-service` writes. Method: the real command writes into a
// folder of the test; systemd's own checker reads it where this machine has it; a broken unit is its control.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
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
  const { status, stdout } = install(...flags, '--name', 'Room 5 "left" 100%');
  expect(status).toBe(0);
  expect(stdout).toContain('systemctl enable --now nearcade-node');
  const text = readFileSync(unit, 'utf8');
  expect(text).toContain('"--hub" "https://hub.example"');
  expect(text).toContain('"--name" "Room 5 \\"left\\" 100%%"');
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

test('root, and a file that cannot be written, are refused in words', () => {
  const hub = ['--hub', 'https://hub.example'];
  const asRoot = install(...hub, '--user', 'root', '--unit', join(folder(), 'x.service'));
  expect([asRoot.status, asRoot.stderr]).toEqual([1, expect.stringContaining('needs no root')]);
  const nowhere = install(...hub, '--unit', '/proc/nearcade-node.service');
  expect([nowhere.status, nowhere.stderr]).toEqual([1, expect.stringContaining('--unit')]);
});
