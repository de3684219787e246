// test/unit/web/pages/log-lines.test.ts - a machine's log line is read, and what is none is shown as it stands.
import { expect, test } from 'vitest';
import { readLogLine } from '../../../../clients/web/src/pages/node/log-lines.ts';

test.each<[string, Partial<ReturnType<typeof readLogLine>>]>([
  [
    '{"level":"warn","time":"2026-11-26T20:00:00.000Z","role":"slot","pid":1,"session":"s_1","peer":"c_1","n":2,"event":"x"}',
    { atMs: Date.UTC(2026, 10, 26, 20), level: 'warn', event: 'x', rest: 'peer: c_1, n: 2' },
  ],
  ['{"time":7,"event":["a"]}', { atMs: undefined, level: '', event: '', rest: '' }],
  ['no JSON', { atMs: undefined, event: '', rest: 'no JSON' }],
  ['null', { rest: 'null' }],
  ['"<b>"', { rest: '"<b>"' }],
])('%s', (line, wished) => expect(readLogLine(line)).toMatchObject(wished));
