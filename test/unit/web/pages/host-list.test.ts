// test/unit/web/pages/host-list.test.ts - a list of PCs is read as people write it, and each wrong line is named.
import { expect, test } from 'vitest';
import { hostOf, readHosts } from '../../../../clients/web/src/pages/cafe/host-list.ts';

const seats = new Set(['1', '2', 'A-3']);

test.each([
  ['52:54:00:12:34:56', '52:54:00:12:34:56'],
  ['52-54-00-AB-CD-EF', '52:54:00:ab:cd:ef'],
  ['525400abcdef', '52:54:00:ab:cd:ef'],
  ['PC-02', 'pc-02'],
  ['pc02.cafe.lan', 'pc02.cafe.lan'],
  ['-pc', undefined],
  ['pc_2', undefined],
  ['電腦', undefined],
])('%s', (text, host) => expect(hostOf(text)).toBe(host));

test('lines with blanks, commas, tabs, comments and Windows ends', () => {
  const text = '# the hall\r\n1  PC-01\r\n\r\n2,52-54-00-12-34-56 # by the door\r\nA-3\tpc-03\r\n';
  expect(readHosts(text, seats)).toEqual({
    lines: [
      { seat: '1', host: 'pc-01' },
      { seat: '2', host: '52:54:00:12:34:56' },
      { seat: 'A-3', host: 'pc-03' },
    ],
    bad: [],
  });
});

test('each wrong line is named with its number and reason; the right ones stand', () => {
  const { lines, bad } = readHosts('1 pc-01\n1 pc-02\n2 PC-01\n9 pc-09\n2\n2 a b\n2 pc-02', seats);
  expect(lines).toEqual([
    { seat: '1', host: 'pc-01' },
    { seat: '2', host: 'pc-02' },
  ]);
  expect(bad.map(({ line, why }) => `${line} ${why}`)).toEqual(['2 twice', '3 twice', '4 seat', '5 form', '6 form']);
});
