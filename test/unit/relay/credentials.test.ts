// test/unit/relay/credentials.test.ts - credentials as REST clients know them, with two live secrets and a signed scope.
import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newId } from '../../../src/base/ids.ts';
import { seededRandom } from '../../../src/base/random.ts';
import {
  candidateKeys,
  longTermKey,
  mintCredential,
  readUsername,
  USERNAME_BYTES_MAX,
} from '../../../src/relay/credentials.ts';

const session = newId<string>('s', seededRandom(1));
const scope = [{ address: '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', portFirst: 40_000, portLast: 65_535 }];
const facts = { expiresAtS: 1_900_000_000, session, scope };

test('a minted name carries expiry, session and scope, under 509 bytes', () => {
  const { username } = mintCredential('secret', { ...facts, scope: new Array(8).fill(scope[0]) });
  expect(username.length).toBeLessThanOrEqual(USERNAME_BYTES_MAX);
  const read = readUsername(username, { scopeRequired: true });
  expect(read.ok && read.value).toMatchObject({ expiresAtS: 1_900_000_000, session });
  expect(read.ok && read.value.scope).toHaveLength(8);
});

test('the password is the REST convention: base64 of HMAC-SHA1 of the name', () => {
  const { username, credential } = mintCredential('secret', facts);
  expect(credential).toBe(createHmac('sha1', 'secret').update(username).digest('base64'));
});

test('the key is MD5 or SHA-256 of name:realm:password (RFC 8489 section 9.2.2 gives the first)', () => {
  const user = { username: 'user', realm: 'realm', password: 'pass' };
  expect(Buffer.from(longTermKey('md5', user)).toString('hex')).toBe('8493fbc53ba582fb4c044c456bdc40eb');
  expect(longTermKey('sha-256', user)).toEqual(createHash('sha256').update('user:realm:pass').digest());
});

test('each live secret gives a key, newest first', () => {
  const { username, credential } = mintCredential('old', facts);
  const keys = candidateKeys(['new', 'old'], { username, realm: 'nearcade', algorithm: 'md5' });
  expect(keys).toHaveLength(2);
  expect(keys[1]).toEqual(longTermKey('md5', { username, realm: 'nearcade', password: credential }));
  expect(keys[0]).not.toEqual(keys[1]);
});

test.each([
  ['1900000000', '1900000000'],
  ['1900000000:', '1900000000:'],
  ['1900000000:alice', 'alice'],
  ['1900000000:a:b:c', 'a:b:c'],
])('%s is a plain REST name where no hub is', (username, user) => {
  expect(readUsername(username, { scopeRequired: false })).toEqual({
    ok: true,
    value: { expiresAtS: 1_900_000_000, session: user, scope: undefined },
  });
  expect(readUsername(username, { scopeRequired: true })).toEqual({ ok: false, error: 'bad-username' });
});

// Goal: a scope cannot be shaken off. Method: change one character of a name anywhere; it is refused or still scoped.
test('a scoped name never turns into a plain one', () => {
  const { username } = mintCredential('secret', facts);
  const sessionEnd = username.indexOf(session) + session.length;
  fc.assert(
    fc.property(fc.nat(username.length - 1), fc.string({ minLength: 0, maxLength: 1 }), (at, char) => {
      fc.pre(at > sessionEnd);
      const read = readUsername(username.slice(0, at) + char + username.slice(at + 1), { scopeRequired: false });
      expect(!read.ok || read.value.scope !== undefined).toBe(true);
    }),
  );
});

test.each(['', 'alice', ':alice', '-1:alice', '1e9:alice', `1900000000:${session}:`, `1900000000:${session}:!!`])(
  '%s is no name of ours',
  (username) => {
    expect(readUsername(username, { scopeRequired: false }).ok).toBe(false);
  },
);
