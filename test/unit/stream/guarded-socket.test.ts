// test/unit/stream/guarded-socket.test.ts - goal: only who knows our ICE password gets a datagram in, and what can be
// forged cannot close a session.
import { createHmac } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { OutageError } from '../../../src/base/assert.ts';
import { GuardedSocket } from '../../../src/stream/guarded-socket.ts';
import { isUsableCandidate, keepUsableCandidates } from '../../../src/stream/remote-candidates.ts';
import { isSignedForUs, isStun, isStunRequest } from '../../../src/stream/stun-door.ts';

/** A binding request by the letter of RFC 8489: header, USERNAME, MESSAGE-INTEGRITY, something after it. */
function bindingRequest(username: string, password: string): Buffer {
  const name = Buffer.from(username);
  const padded = Buffer.concat([name, Buffer.alloc((4 - (name.length % 4)) % 4)]);
  const body = Buffer.concat([Buffer.from([0, 6, 0, name.length]), padded]);
  const header = Buffer.from('00010000 2112a442 000102030405060708090a0b'.replace(/ /g, ''), 'hex');
  header.writeUInt16BE(body.length + 24, 2);
  const integrity = createHmac('sha1', password).update(header).update(body).digest();
  const after = Buffer.from([0x80, 0x28, 0, 4, 1, 2, 3, 4]);
  header.writeUInt16BE(body.length + 24 + after.length, 2);
  return Buffer.concat([header, body, Buffer.from([0, 8, 0, 20]), integrity, after]);
}

const passwords = (ufrag: string) => (ufrag === 'ours' ? 'secret' : undefined);

describe('the door', () => {
  test('the vector of RFC 5769 section 2.1', () => {
    const sample = Buffer.from(
      `000100582112a442b7e7a701bc34d686fa87dfae802200105354554e2074657374
       20636c69656e74002400046e0001ff80290008932ff9b151263b36000600096576
       746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571
       a280280004e57a3bcf`.replace(/\s/g, ''),
      'hex',
    );
    expect([isStun(sample), isStunRequest(sample)]).toEqual([true, true]);
    const password = 'VOkJxbRl1RmTxUk/WvJxBt';
    expect(isSignedForUs(sample, (ufrag) => (ufrag === 'evtj' ? password : undefined))).toBe(true);
    expect(isSignedForUs(sample, () => 'another')).toBe(false);
  });

  test('signed for us, for another, with another password, and not at all', () => {
    expect(isSignedForUs(bindingRequest('ours:theirs', 'secret'), passwords)).toBe(true);
    expect(isSignedForUs(bindingRequest('theirs:ours', 'secret'), passwords)).toBe(false);
    expect(isSignedForUs(bindingRequest('ours:theirs', 'guess'), passwords)).toBe(false);
    expect(isSignedForUs(bindingRequest('ours:theirs', 'secret').subarray(0, 20), passwords)).toBe(false);
  });

  test('no change of a signed byte is let in, and no bytes make it throw', () => {
    const good = bindingRequest('ours:theirs', 'secret');
    fc.assert(
      fc.property(fc.nat(good.length - 9), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        // The length field counts what follows, which is not signed.
        fc.pre(at !== 2 && at !== 3);
        const changed = Buffer.from(good);
        changed[at] = (changed[at] ?? 0) ^ flip;
        expect(isSignedForUs(changed, passwords)).toBe(false);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void isSignedForUs(Buffer.from(bytes), passwords)),
    );
  });
});

describe('a socket', () => {
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });
  const client = (): Promise<Socket> =>
    new Promise((resolve) => {
      const socket = createSocket('udp4');
      open.push(socket);
      socket.bind(0, '127.0.0.1', () => resolve(socket));
    });
  /** Sends in order and waits until the socket has judged all of it. */
  async function deliver(guarded: GuardedSocket, from: Socket, ...datagrams: Uint8Array[]): Promise<number> {
    let heard = 0;
    guarded.onData = () => heard++;
    const before = guarded.refused;
    for (const datagram of datagrams) from.send(datagram, guarded.port, '127.0.0.1');
    await expect.poll(() => heard + guarded.refused - before).toBe(datagrams.length);
    return heard;
  }
  async function guarded(): Promise<GuardedSocket> {
    const socket = await GuardedSocket.open('127.0.0.1', { first: 22000, last: 22999 });
    socket.passwordOf = passwords;
    open.push(socket);
    return socket;
  }
  const media = Uint8Array.of(0x80, 1, 2, 3);
  const record = (type: number, epoch: number) =>
    Uint8Array.of(type, 0xfe, 0xfd, 0, epoch, 0, 0, 0, 0, 0, 1, 0, 2, 1, 0);

  test('media and DTLS get in only from where a signed check came from', async () => {
    const socket = await guarded();
    const [page, stranger] = [await client(), await client()];
    expect(await deliver(socket, stranger, media, record(22, 0), bindingRequest('ours:x', 'guess'), media)).toBe(0);
    expect(await deliver(socket, page, media, bindingRequest('ours:x', 'secret'), media, record(22, 0))).toBe(3);
    expect(await deliver(socket, stranger, media, record(22, 0))).toBe(0);
  });

  test('a plain-text alert is refused once the handshake is done, unknown records always', async () => {
    const socket = await guarded();
    const page = await client();
    const check = bindingRequest('ours:x', 'secret');
    expect(await deliver(socket, page, check, record(21, 0), record(40, 0))).toBe(2);
    socket.handshakeDone();
    expect(await deliver(socket, page, record(21, 0), record(21, 1), record(22, 0), record(23, 1), record(40, 1))).toBe(
      3,
    );
  });

  test('ports come from the range, and a full range is an outage that says so', async () => {
    const range = { first: 22990, last: 22993 };
    const sockets = await Promise.all(Array.from({ length: 4 }, () => GuardedSocket.open('127.0.0.1', range)));
    open.push(...sockets);
    expect(sockets.map(({ port }) => port).sort()).toEqual([22990, 22991, 22992, 22993]);
    await expect(GuardedSocket.open('127.0.0.1', range)).rejects.toThrow(OutageError);
  });

  test('an address that is not on this machine is bound on all, one that cannot be is an outage', async () => {
    const socket = await GuardedSocket.open('192.0.2.1');
    open.push(socket);
    expect(socket.address.address).toBe('0.0.0.0');
    expect((await guarded()).address.address).toBe('127.0.0.1');
  });

  test('a send that the system refuses kills nothing', async () => {
    const socket = await guarded();
    const page = await client();
    const heard = new Promise<number>((resolve) => page.on('message', (data) => resolve(data.length)));
    socket.sendNow(new Uint8Array(70_000), page.address().port, '127.0.0.1'); // More than a datagram holds.
    socket.sendNow(media, page.address().port, '127.0.0.1');
    expect(await heard).toBe(media.length);
  });
});

describe("a page's candidates", () => {
  const candidate = (address: string, rest = 'typ host') => `candidate:1 1 udp 2122260223 ${address} 50000 ${rest}`;

  test('addresses are tried, names and TCP are not', () => {
    for (const good of [
      candidate('192.168.1.7'),
      candidate('2001:db8::7'),
      candidate('203.0.113.9', 'typ relay raddr 0.0.0.0 rport 0'),
    ]) {
      expect(isUsableCandidate(good)).toBe(true);
    }
    for (const bad of [
      candidate('4f1d8d3c-1111-2222-3333-444455556666.local'),
      candidate('example.com'),
      candidate('1.2.3'),
      candidate('192.168.1.7').replace('udp', 'tcp'),
      candidate('192.168.1.7').replace('50000', '0'),
      candidate('192.168.1.7', 'typ odd'),
      `${candidate('192.168.1.7')} ${'x'.repeat(600)}`,
      '',
    ]) {
      expect(isUsableCandidate(bad)).toBe(false);
    }
  });

  test('a description keeps everything but candidates that are not tried, and not too many', () => {
    const lines = [
      'v=0',
      `a=${candidate('host.local')}`,
      `a=${candidate('10.0.0.1')}`,
      `a=${candidate('10.0.0.2')}`,
      'a=mid:0',
      '',
    ];
    expect(keepUsableCandidates(lines.join('\r\n'), 1).split('\r\n')).toEqual(['v=0', lines[2], 'a=mid:0', '']);
  });
});
