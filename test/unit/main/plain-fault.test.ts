// Goal: a full disk or a missing right is one sentence with what to do, and a bug of ours keeps its stack.
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { OutageError } from '../../../src/base/assert.ts';
import { plainFault } from '../../../src/main/plain-fault.ts';

const fault = (code: string, path?: string) => Object.assign(new Error(code), { code, ...(path && { path }) });

test.each<[unknown, RegExp | undefined]>([
  [new OutageError('the port is taken'), /^the port is taken$/],
  [fault('ENOSPC'), /^no space is left on the disk; make room, or/],
  [fault('EACCES', '/srv/data'), /may not use \/srv\/data; start as its owner, or/],
  [fault('EROFS', '/srv/data'), /^\/srv\/data is on a disk that cannot be written/],
  [fault('EMFILE'), /ulimit -n/],
  [fault('ERR_INVALID_ARG_TYPE'), undefined],
  [new TypeError('x is not a function'), undefined],
  ['nothing', undefined],
])('%s', (cause, words) => {
  if (words === undefined) expect(plainFault(cause)).toBeUndefined();
  else expect(plainFault(cause)).toMatch(words);
});

test('the system itself says so: a device that is full', () => {
  let seen: unknown;
  try {
    writeFileSync('/dev/full', 'x');
  } catch (cause) {
    seen = cause;
  }
  expect(plainFault(seen)).toMatch(/^no space is left/);
});
