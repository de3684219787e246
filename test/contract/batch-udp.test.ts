// test/contract/batch-udp.test.ts - what every backend of BatchUdp does, on real sockets.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { formatIp, parseIp, type TransportAddress } from '../../src/relay/address.ts';
import { readRecord, writeRecord } from '../../src/relay/endpoint.ts';
import { PIECES_MAX } from '../../src/relay/packet-memory.ts';
import { Out } from '../../src/relay/turn/out.ts';
import type { BatchUdp } from '../../src/server/udp/batch-udp.ts';
import { openBatchUdp } from '../../src/server/udp/open-batch-udp.ts';

const loopback = { 4: parseIp('127.0.0.1') ?? new Uint8Array(4), 6: parseIp('::1') ?? new Uint8Array(16) };
const RECORDS = 256;

type PacketListener = (socket: number, at: number, length: number, record: number) => void;
type Arrival = { readonly socket: number; readonly bytes: Buffer; readonly from: TransportAddress };

/** A backend that keeps what arrives and lets a test wait for it. */
async function opened(kind: 'ffi' | 'dgram') {
  const { udp } = await openBatchUdp(kind, { records: RECORDS });
  const arrivals: Arrival[] = [];
  const errors: TransportAddress[] = [];
  let waiting: (() => void) | undefined;
  let sizes: number[] = [];
  let onPacket: PacketListener | undefined;
  udp.start({
    begin: () => {
      sizes = [];
    },
    end: () => {
      waiting?.();
      return false;
    },
    icmp: (_, peer) => errors.push(peer),
    packets(socket, first, count) {
      sizes.push(count);
      for (let buffer = first; buffer < first + count; buffer++) {
        const [total, segment] = [udp.lengths[buffer] ?? 0, udp.segments[buffer] ?? 0];
        const start = udp.memory.bufferAt(buffer);
        const from = readRecord(udp.memory, buffer);
        let offset = 0;
        do {
          const length = Math.min(segment, total - offset);
          const bytes = Buffer.from(udp.memory.bytes.slice(start + offset, start + offset + length));
          arrivals.push({ socket, bytes, from });
          onPacket?.(socket, start + offset, length, buffer);
          offset += length;
        } while (offset < total);
      }
    },
  });
  const until = (done: () => boolean) =>
    new Promise<void>((resolve) => {
      waiting = () => done() && resolve();
      waiting();
    });
  return {
    udp,
    arrivals,
    errors,
    until,
    batchSizes: () => sizes,
    onPacket: (listener: PacketListener) => {
      onPacket = listener;
    },
  };
}

/** A plain socket on the other side, not ours. */
async function peer(family: 4 | 6 = 4) {
  const socket = createSocket(family === 4 ? 'udp4' : 'udp6');
  socket.bind(0, formatIp(loopback[family]));
  await once(socket, 'listening');
  socket.setRecvBufferSize(4 * 1024 * 1024); // Room for a whole queue at once.
  peers.push(socket);
  const got: Buffer[] = [];
  const senders: number[] = [];
  let waiting: (() => void) | undefined;
  socket.on('message', (bytes, from) => {
    got.push(bytes);
    senders.push(from.port);
    waiting?.();
  });
  return {
    socket,
    got,
    senders,
    port: socket.address().port,
    until: (count: number) =>
      new Promise<void>((resolve) => {
        waiting = () => got.length >= count && resolve();
        waiting();
      }),
  };
}
const peers: Socket[] = [];
const backends: BatchUdp[] = [];
afterEach(() => {
  for (const socket of peers.splice(0)) socket.close();
  for (const udp of backends.splice(0)) udp.stop();
});
const keep = <T extends { udp: BatchUdp }>(thing: T): T => {
  backends.push(thing.udp);
  return thing;
};

const out = new Out();
/** Queues a payload that is put into buffer `n`. */
function queue(udp: BatchUdp, n: number, payload: Uint8Array, socket: number, to: number): void {
  udp.prepare(out);
  const at = udp.memory.bufferAt(n % 64) + 3_000 * Math.floor(n / 64);
  udp.memory.bytes.set(payload, at);
  Object.assign(out, { socket, to, headLength: 0, at, length: payload.length, padLength: 0, dontFragment: false });
  udp.send(out);
}
const payloads = (sizes: readonly number[]) =>
  sizes.map((size, n) => Buffer.from(Array.from({ length: size }, (_, i) => (n * 37 + i) & 0xff)));

describe.each(['ffi', 'dgram'] as const)('%s', (kind) => {
  test.each([4, 6] as const)('IPv%i: packets come with bytes, size and sender', async (family) => {
    const { udp, arrivals, until } = keep(await opened(kind));
    const socket = udp.listen(loopback[family], 0);
    const other = await peer(family);
    const sent = payloads([0, 1, 3, 1_200, 1_500, 9_000]);
    for (const bytes of sent) other.socket.send(bytes, udp.portOf(socket), formatIp(loopback[family]));
    await until(() => arrivals.length >= sent.length);
    expect(arrivals.map(({ bytes }) => bytes)).toEqual(sent);
    for (const arrival of arrivals) {
      expect(arrival.socket).toBe(socket);
      expect(arrival.from).toEqual({ ip: Uint8Array.from(loopback[family]), port: other.port });
    }
  });

  test('what is queued leaves in order, with equal and unequal sizes, also empty ones', async () => {
    const { udp } = keep(await opened(kind));
    const socket = udp.open(loopback[4], 0);
    const other = await peer();
    const record = udp.memory.takeRecord();
    writeRecord(udp.memory, record, { ip: loopback[4], port: other.port });
    const sent = payloads([1_200, 1_200, 1_200, 700, 1_200, 0, 5, 5, 5, 5, 1, 1_500, 1_500, 1_300, 1_301]);
    for (const [slot, bytes] of sent.entries()) queue(udp, slot, bytes, socket, record);
    udp.flush();
    await other.until(sent.length);
    expect(other.got).toEqual(sent);
    expect(new Set(other.senders)).toEqual(new Set([udp.portOf(socket)]));
  });

  test('packets of several sockets to several addresses arrive where they belong', async () => {
    const { udp } = keep(await opened(kind));
    const sockets = [udp.open(loopback[4], 0), udp.open(loopback[4], 0)];
    const others = [await peer(), await peer(), await peer()];
    const records = others.map(({ port }) => {
      const record = udp.memory.takeRecord();
      writeRecord(udp.memory, record, { ip: loopback[4], port });
      return record;
    });
    const expected = others.map(() => [] as { bytes: Buffer; sender: number }[]);
    payloads(Array.from({ length: 64 }, (_, i) => 100 + (i % 3))).forEach((bytes, i) => {
      const [socket, to] = [sockets[(i >> 2) % 2] ?? -1, (i >> 1) % 3];
      queue(udp, i, bytes, socket, records[to] ?? -1);
      expected[to]?.push({ bytes, sender: udp.portOf(socket) });
    });
    udp.flush();
    for (const [i, other] of others.entries()) {
      await other.until(expected[i]?.length ?? 0);
      expect(
        other.got.map((bytes, n) => ({ bytes, sender: other.senders[n] })).sort((a, b) => a.bytes.compare(b.bytes)),
      ).toEqual(expected[i]?.sort((a, b) => a.bytes.compare(b.bytes)));
    }
  });

  test('the queue takes more than it holds', async () => {
    const { udp } = keep(await opened(kind));
    const socket = udp.open(loopback[4], 0);
    const other = await peer();
    const record = udp.memory.takeRecord();
    writeRecord(udp.memory, record, { ip: loopback[4], port: other.port });
    const sent = payloads(new Array(PIECES_MAX + 10).fill(100));
    for (const [n, bytes] of sent.entries()) queue(udp, n, bytes, socket, record);
    udp.flush();
    await other.until(sent.length);
    expect(other.got).toEqual(sent);
  });

  test('header, payload and zeros become one packet; a header differs from packet to packet', async () => {
    const { udp } = keep(await opened(kind));
    const socket = udp.open(loopback[4], 0);
    const other = await peer();
    const record = udp.memory.takeRecord();
    writeRecord(udp.memory, record, { ip: loopback[4], port: other.port });
    const at = udp.memory.bufferAt(0);
    udp.memory.bytes.set(Buffer.from('payload'), at);
    for (let i = 0; i < 20; i++) {
      udp.prepare(out);
      udp.memory.bytes.set(Buffer.from([0x40, i]), out.headAt);
      Object.assign(out, { socket, to: record, headLength: 2, at, length: 7, padLength: i % 4, dontFragment: false });
      udp.send(out);
    }
    udp.flush();
    await other.until(20);
    expect(other.got).toEqual(
      Array.from({ length: 20 }, (_, i) =>
        Buffer.concat([Buffer.from([0x40, i]), Buffer.from('payload'), Buffer.alloc(i % 4)]),
      ),
    );
  });

  test('a reply goes from where the packet lies to the record that it came with', async () => {
    const { udp, onPacket } = keep(await opened(kind));
    const socket = udp.listen(loopback[4], 0);
    onPacket((from, at, length, record) => {
      udp.prepare(out);
      udp.memory.bytes[out.headAt] = 0x21;
      Object.assign(out, { socket: from, to: record, headLength: 1, at, length, padLength: 0, dontFragment: false });
      udp.send(out);
      udp.flush();
    });
    const other = await peer();
    for (let i = 0; i < 20; i++) other.socket.send(`packet ${i}`, udp.portOf(socket), '127.0.0.1');
    await other.until(20);
    expect(other.got.map(String)).toEqual(Array.from({ length: 20 }, (_, i) => `!packet ${i}`));
  });

  test('a port is bound once; a closed one is free again; a closed socket receives nothing', async () => {
    const { udp, arrivals, until } = keep(await opened(kind));
    const socket = udp.open(loopback[4], 0);
    const port = udp.portOf(socket);
    expect(udp.open(loopback[4], port)).toBe(-1);
    expect(udp.open(loopback[6], port)).toBeGreaterThanOrEqual(0);
    udp.close(socket);
    const again = udp.open(loopback[4], port);
    expect(again).toBeGreaterThanOrEqual(0);
    const other = await peer();
    other.socket.send('for the new one', port, '127.0.0.1');
    await until(() => arrivals.length > 0);
    expect(arrivals[0]?.socket).toBe(again);
  });

  test('what was queued before a close is sent', async () => {
    const { udp } = keep(await opened(kind));
    const socket = udp.open(loopback[4], 0);
    const other = await peer();
    const record = udp.memory.takeRecord();
    writeRecord(udp.memory, record, { ip: loopback[4], port: other.port });
    queue(udp, 0, Buffer.from('last words'), socket, record);
    udp.close(socket);
    await other.until(1);
    expect(String(other.got[0])).toBe('last words');
  });

  test('a destination that cannot be reached costs only its own packets', async () => {
    const { udp } = keep(await opened(kind));
    const socket = udp.open(loopback[4], 0);
    const other = await peer();
    const [bad, good] = [udp.memory.takeRecord(), udp.memory.takeRecord()];
    writeRecord(udp.memory, bad, { ip: parseIp('240.0.0.1') ?? new Uint8Array(4), port: 9 });
    writeRecord(udp.memory, good, { ip: loopback[4], port: other.port });
    for (let i = 0; i < 12; i++) queue(udp, i, Buffer.from(`${i}`), socket, i % 3 === 0 ? bad : good);
    udp.flush();
    await other.until(8);
    expect(other.got.map(String)).toEqual(['1', '2', '4', '5', '7', '8', '10', '11']);
  });
});

describe('ffi alone', () => {
  test('a packet may forbid its fragmentation, and the next one does not', async () => {
    const { udp, arrivals, until } = keep(await opened('ffi'));
    const socket = udp.open(loopback[4], 0);
    const record = udp.memory.takeRecord();
    writeRecord(udp.memory, record, { ip: loopback[4], port: udp.portOf(socket) });
    for (const [n, dontFragment] of [true, false, true].entries()) {
      udp.prepare(out);
      udp.memory.bytes.set(Buffer.from([n]), udp.memory.bufferAt(n));
      Object.assign(out, { socket, to: record, headLength: 0, at: udp.memory.bufferAt(n), length: 1, padLength: 0 });
      out.dontFragment = dontFragment;
      udp.send(out);
    }
    udp.flush();
    await until(() => arrivals.length >= 3);
    expect(arrivals.map(({ bytes }) => bytes[0])).toEqual([0, 1, 2]);
  });

  test('equal packets leave in one call and may arrive as one, without being mixed up', async () => {
    const { udp, arrivals, until, batchSizes } = keep(await opened('ffi'));
    const socket = udp.open(loopback[4], 0);
    const record = udp.memory.takeRecord();
    writeRecord(udp.memory, record, { ip: loopback[4], port: udp.portOf(socket) });
    const before = udp.counts.sendCalls;
    const sent = payloads([...new Array(40).fill(1_200), 17]);
    for (const [slot, bytes] of sent.entries()) queue(udp, slot, bytes, socket, record);
    udp.flush();
    expect(udp.counts.sendCalls - before).toBe(1);
    await until(() => arrivals.length >= 41);
    expect(arrivals.map(({ bytes }) => bytes)).toEqual(sent);
    expect(batchSizes().reduce((sum, size) => sum + size, 0)).toBeLessThan(40);
  });

  test.each([4, 6] as const)('IPv%i: a connected socket shares the port, and nobody else can', async (family) => {
    const { udp, arrivals, errors, until } = keep(await opened('ffi'));
    const socket = udp.open(loopback[family], 0);
    const port = udp.portOf(socket);
    const [near, other] = [await peer(family), await peer(family)];
    const [record, elsewhere] = [udp.memory.takeRecord(), udp.memory.takeRecord()];
    writeRecord(udp.memory, record, { ip: loopback[family], port: near.port });
    writeRecord(udp.memory, elsewhere, { ip: loopback[family], port: other.port });
    const towards = udp.connect(socket, record);
    expect([towards >= 0, udp.portOf(towards)]).toEqual([true, port]);
    // Single packets, bursts of equal ones, and both sockets in one queue.
    const sent = payloads([100, 1_200, 1_200, 1_200, 700, 1_500, 1_500]);
    for (const [n, payload] of sent.entries()) {
      queue(udp, 2 * n, payload, towards, record);
      if (n % 3 === 0) queue(udp, 2 * n + 1, payload, socket, elsewhere);
    }
    udp.flush();
    await near.until(sent.length);
    await other.until(3);
    expect(near.got).toEqual(sent);
    expect(other.got).toEqual(sent.filter((_, n) => n % 3 === 0));
    expect(new Set([...near.senders, ...other.senders])).toEqual(new Set([port]));
    // What the peer sends arrives at its own socket, what others send at the first.
    near.socket.send('near', port, formatIp(loopback[family]));
    other.socket.send('other', port, formatIp(loopback[family]));
    await until(() => arrivals.length >= 2);
    const came = new Map(arrivals.map(({ socket: at, bytes, from }) => [String(bytes), [at, from.port]]));
    expect(Object.fromEntries(came)).toEqual({ near: [towards, near.port], other: [socket, other.port] });
    // The port is as taken as it was, also for a program that allows reuse.
    expect(udp.open(loopback[family], port)).toBe(-1);
    const greedy = createSocket({ type: family === 4 ? 'udp4' : 'udp6', reuseAddr: true });
    greedy.bind(port, formatIp(loopback[family]));
    expect((await once(greedy, 'error'))[0]).toMatchObject({ code: 'EADDRINUSE' });
    greedy.close();
    // An ICMP error comes with the peer's address, and the next packet leaves all the same.
    near.socket.close();
    peers.splice(peers.indexOf(near.socket), 1);
    queue(udp, 0, Buffer.from('to nobody'), towards, record);
    udp.flush();
    await until(() => errors.length > 0);
    expect(errors[0]).toEqual({ ip: loopback[family], port: near.port });
    udp.close(towards);
    expect(udp.open(loopback[family], port)).toBe(-1);
    udp.close(socket);
    expect(udp.open(loopback[family], port)).toBeGreaterThanOrEqual(0);
  });

  test('a connected socket that cannot be had is -1, and the first one goes on', async () => {
    const { udp } = keep(await opened('ffi'));
    const socket = udp.open(loopback[4], 0);
    const record = udp.memory.takeRecord();
    writeRecord(udp.memory, record, { ip: parseIp('255.255.255.255') ?? new Uint8Array(4), port: 9 });
    expect(udp.connect(socket, record)).toBe(-1); // Broadcast is not allowed on it.
    expect(udp.open(loopback[4], udp.portOf(socket))).toBe(-1);
    const other = await peer();
    writeRecord(udp.memory, record, { ip: loopback[4], port: other.port });
    queue(udp, 0, Buffer.from('still here'), socket, record);
    udp.flush();
    await other.until(1);
  });

  test('packets too large to segment on this path are sent one by one', async () => {
    const { udp } = keep(await opened('ffi'));
    const socket = udp.open(loopback[4], 0);
    const other = await peer();
    const record = udp.memory.takeRecord();
    writeRecord(udp.memory, record, { ip: loopback[4], port: other.port });
    const sent = payloads([1_401, 1_401, 1_400, 1_400]);
    for (const [slot, bytes] of sent.entries()) queue(udp, slot, bytes, socket, record);
    udp.flush();
    await other.until(4);
    expect(other.got).toEqual(sent);
  });

  test('an ICMP error names the peer that caused it, and the socket goes on', async () => {
    const { udp, errors, arrivals, until } = keep(await opened('ffi'));
    const socket = udp.open(loopback[4], 0);
    const gone = await peer();
    const { port } = gone;
    gone.socket.close();
    peers.length = 0;
    const record = udp.memory.takeRecord();
    writeRecord(udp.memory, record, { ip: loopback[4], port });
    queue(udp, 0, Buffer.from('to nobody'), socket, record);
    udp.flush();
    await until(() => errors.length > 0);
    expect(errors[0]).toEqual({ ip: loopback[4], port });
    const other = await peer();
    other.socket.send('still here', udp.portOf(socket), '127.0.0.1');
    await until(() => arrivals.length > 0);
    expect(String(arrivals[0]?.bytes)).toBe('still here');
  });
});
