// test/contract/slot-descriptors.test.ts - a slot that was handed a descriptor by whoever started the agent.
import { fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sleep } from './render-rig.ts';

const SLOT = join(import.meta.dirname, '../../src/main/slot.ts');
/** Number 251 stays open over exec, as what a shell or a service manager left open does; node shuts only the lowest. */
const HANDS = 'use POSIX; open(my $file, "<", "/etc/hostname"); POSIX::dup2(fileno($file), 251); exec @ARGV';

test('keeps nothing of it that a game would get', async () => {
  const slot = fork(SLOT, ['error'], { execPath: '/usr/bin/perl', execArgv: ['-e', HANDS, process.execPath] });
  onTestFinished(() => void slot.kill('SIGKILL'));
  const has = (): boolean => existsSync(`/proc/${slot.pid}/fd/251`);
  const isNode = (): boolean => readFileSync(`/proc/${slot.pid}/comm`, 'utf8').trim() !== 'perl';
  for (let tries = 0; tries < 1_000 && !(isNode() && !has()); tries++) await sleep(20);
  expect([isNode(), has(), slot.connected]).toEqual([true, false, true]); // It is there, and hears its agent.
});
