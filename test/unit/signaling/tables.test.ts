// test/unit/signaling/tables.test.ts - the small tables of signaling: what is good once, who may talk to whom, how many.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NodeId, PeerId, SessionId } from '../../../src/base/ids.ts';
import { Counts } from '../../../src/signaling/counts.ts';
import { ExpiringMap } from '../../../src/signaling/expiring-map.ts';
import { ownOrigins } from '../../../src/signaling/own-origins.ts';
import { PeerRoutes } from '../../../src/signaling/peer-routes.ts';
import { fullBucket, takeToken } from '../../../src/signaling/token-bucket.ts';

// Goal: a bucket never lets more through than burst plus rate times time.
test('a bucket keeps its rate', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 500 }), (waitsMs) => {
      const rate = { perSecond: 30, burst: 10 };
      const bucket = fullBucket(rate, 0);
      let [nowMs, taken] = [0, 0];
      for (const waitMs of waitsMs) {
        nowMs += waitMs;
        if (takeToken(bucket, rate, nowMs)) taken += 1;
      }
      expect(taken).toBeLessThanOrEqual(10 + (nowMs * 30) / 1_000 + 1e-6);
    }),
  );
});

test('what is good once is good once, and only in time', () => {
  const map = new ExpiringMap<string, number>(100, 2);
  expect(map.add('a', 1, 0)).toBe(true);
  expect(map.add('a', 2, 50)).toBe(false);
  expect(map.take('a', 99)).toBe(1);
  expect(map.take('a', 99)).toBeUndefined();
  expect(map.add('b', 3, 100)).toBe(true);
  expect(map.add('c', 4, 100)).toBe(true);
  expect(map.add('d', 5, 199)).toBe(false);
  expect(map.add('d', 5, 200)).toBe(true);
  expect(map.get('b', 200)).toBeUndefined();
  expect(map.size).toBe(1);
});

test('only the two ends of a peer connection find it', () => {
  const routes = new PeerRoutes<string>();
  const peer = 'c_1' as PeerId;
  const [mine, other] = ['0xa' as NodeId, '0xb' as NodeId];
  const purpose = { kind: 'session', session: 's_1' as SessionId } as const;
  routes.open({ peer, link: 'page', node: mine, path: 'direct', purpose });
  expect(routes.fromPlayer(peer, 'page')?.node).toBe(mine);
  expect(routes.fromPlayer(peer, 'another page')).toBeUndefined();
  expect(routes.fromNode(peer, mine)?.link).toBe('page');
  expect(routes.fromNode(peer, other)).toBeUndefined();
  routes.open({ peer, link: 'another page', node: mine, path: 'direct', purpose });
  expect(routes.fromPlayer(peer, 'page')).toBeUndefined();
  expect(routes.ofLink('page')).toEqual([]);
  expect(routes.ofNode(mine)).toHaveLength(1);
  expect(routes.close(peer)?.link).toBe('another page');
  expect(routes.close(peer)).toBeUndefined();
  expect(routes.ofNode(mine)).toEqual([]);
  expect(routes.size).toBe(0);
});

test('counts are given back', () => {
  const counts = new Counts<string>(2);
  expect([counts.add('a'), counts.add('a'), counts.add('a'), counts.add('b')]).toEqual([true, true, false, true]);
  counts.remove('a');
  expect(counts.add('a')).toBe(true);
  for (let i = 0; i < 5; i++) counts.remove('a');
  expect(counts.of('a')).toBe(0);
});

test.each([
  [{ host: '127.0.0.1', port: 8080 }, ['http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080']],
  [{ host: 'localhost', port: 80 }, ['http://127.0.0.1', 'http://localhost', 'http://[::1]']],
  [{ host: '192.168.1.5', port: 8080 }, ['http://192.168.1.5:8080']],
  [
    { host: '0.0.0.0', port: 1, machineAddresses: ['192.168.1.5', 'fd00::1'] },
    ['http://127.0.0.1:1', 'http://localhost:1', 'http://[::1]:1', 'http://192.168.1.5:1', 'http://[fd00::1]:1'],
  ],
  [
    { host: '127.0.0.1', port: 2, publicUrl: 'https://play.example' },
    ['https://play.example', 'http://127.0.0.1:2', 'http://localhost:2', 'http://[::1]:2'],
  ],
  [
    { host: '192.168.1.5', port: 443, tlsNames: ['cafe.local', '::1', '192.168.1.5'] },
    ['https://192.168.1.5', 'https://cafe.local', 'https://[::1]'],
  ],
  [{ host: '192.168.1.5', port: 80, tlsNames: [] }, ['https://192.168.1.5:80']],
])('the origins of %j', (address, origins) => {
  expect(ownOrigins({ machineAddresses: [], ...address })).toEqual(origins);
});
