// test/checks/errors.test.ts - each row of docs/ERRORS.md has the status and retry of its code, and says three things. That
// the codes are the same, both ways, is checked in tree.test.ts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { errorCodes } from '../../src/protocol/error-codes.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'ERRORS.md'), 'utf8');
const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \| (\w+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)];

test('status and retry agree', () => {
  const written = rows.map(([, code, status, retry]) => [code, Number(status), retry]);
  const meant = rows.map(([, code]) => {
    const { httpStatus, retry } = errorCodes[code as keyof typeof errorCodes];
    return [code, httpStatus, retry];
  });
  expect(written).toEqual(meant);
  expect(rows.length).toBe(Object.keys(errorCodes).length);
});

test('every row says what happened, what we did and what you can do', () => {
  for (const [, code, , , ...says] of rows) for (const text of says) expect(text?.length, code).toBeGreaterThan(6);
});
