// test/unit/render/x11/child.test.ts - waiting for a program that does not do what it should.
import { spawn } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { endChild, lastWords, waitUntil } from '../../../../src/render/x11/child.ts';

function sleeper(seconds: string) {
  const child = spawn('/bin/sleep', [seconds], { detached: true });
  onTestFinished(() => endChild(child, 0));
  return child;
}
const never = (): Promise<boolean> => new Promise(() => {});

test('an answer that never comes is not waited for beyond the limit, nor when the program has ended', async () => {
  expect(await waitUntil(sleeper('60'), 50, never)).toBe(false);
  const ends = sleeper('60');
  setImmediate(() => ends.kill());
  expect(await waitUntil(ends, 60_000, never)).toBe(false);
});

test('what becomes so is told; what fails is told as it failed; what has ended is not asked', async () => {
  let asked = 0;
  expect(await waitUntil(sleeper('60'), 60_000, () => ++asked === 3)).toBe(true);
  await expect(waitUntil(sleeper('60'), 60_000, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  const over = sleeper('0');
  await new Promise((resolve) => over.once('exit', resolve));
  expect(await waitUntil(over, 60_000, () => true)).toBe(false);
});

test('a program that writes without end is let wait; the last of what one wrote is there', async () => {
  const speaks = (script: string) => {
    const child = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    onTestFinished(() => endChild(child, 0));
    return { child, words: lastWords(child) };
  };
  const endless = speaks('yes >&2');
  expect(await waitUntil(endless.child, 60_000, () => endless.child.stderr?.isPaused() === true)).toBe(true);
  const short = speaks('echo one >&2; echo two >&2');
  await new Promise((resolve) => short.child.once('close', resolve));
  expect([short.words(), short.child.stderr?.isPaused()]).toEqual(['one\ntwo', false]);
});
