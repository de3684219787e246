import { expect, test } from 'vitest';
import { awayWords } from '../../../src/agent/away-words.ts';

test.each([
  ['connect ECONNREFUSED 127.0.0.1:1 (1006)', 'nothing listens there'],
  ['getaddrinfo ENOTFOUND nosuch.invalid (1006)', 'no machine has this name'],
  ['write EPROTO 40AD:error:0A00010B:SSL routines::wrong version number:../deps/a.c:77:\n (1006)', 'http:// instead'],
  ['self-signed certificate in certificate chain (1006)', 'NODE_EXTRA_CA_CERTS'],
  ['unable to verify the first certificate (1006)', 'NODE_EXTRA_CA_CERTS'],
  ['certificate has expired (1006)', 'tell its owner'],
  ['Unexpected server response: 308 (1006)', 'https:// instead'],
  ['Unexpected server response: 404 (1006)', 'that is no hub'],
  ['closed (1001)', 'being started again'],
  ['Unexpected server response: 502 (1006)', 'a proxy before it'],
])('%j is said in words of its own', (said, words) => expect(awayWords(said)).toContain(words));

test('what is not known is passed on, on one line', () =>
  expect(awayWords('odd\n thing (1006)')).toBe('odd thing (1006)'));
