// test/unit/web/pages/facts.test.ts - what pages work out before they show it: addresses, banners, receipts, timelines.
import { expect, test } from 'vitest';
import { readGlance } from '../../../../clients/web/src/app/glance.ts';
import { schemeFor } from '../../../../clients/web/src/app/scheme.ts';
import { type BannerFacts, bannersOf } from '../../../../clients/web/src/pages/play/banners.ts';
import { linkedPath, linkedPicture, readDeepLink } from '../../../../clients/web/src/pages/play/deep-link.ts';
import { slowOf } from '../../../../clients/web/src/pages/receipt/slow.ts';
import { timelineColumns } from '../../../../clients/web/src/pages/receipt/timeline.ts';
import type { SessionId } from '../../../../src/base/ids.ts';
import { fakeConfig, noBadMs } from '../../../e2e/web/fake-facts.ts';

const NODE = `0x${'ab'.repeat(20)}`;

test('a deep link is read whole, and what is not well formed is left out', () => {
  expect(
    readDeepLink({
      game: 'arcade',
      auto: 1,
      path: 'relay-tcp',
      seed: '7',
      size: '1280x720',
      fps: 30,
      kbps: '5000',
      node: NODE,
    }),
  ).toEqual({
    game: 'arcade',
    auto: true,
    path: 'relay-tcp',
    seed: 7,
    size: { width: 1280, height: 720 },
    fps: 30,
    kbps: 5_000,
    node: NODE,
  });
  expect(
    readDeepLink({
      game: '../x',
      auto: '0',
      path: 'magic',
      seed: -1,
      size: '1281x720',
      fps: 500,
      kbps: 1,
      node: '0xAB',
    }),
  ).toEqual({});
});

test('who hides their address is never led onto a path that shows it', () => {
  const links = [{}, { path: 'auto' }, { path: 'direct' }, { path: 'relay' }, { path: 'relay-tcp' }] as const;
  expect(links.map((link) => linkedPath(link, true))).toEqual(['relay', 'relay', 'relay', 'relay', 'relay-tcp']);
  expect(links.map((link) => linkedPath(link, false))).toEqual(['auto', 'auto', 'direct', 'relay', 'relay-tcp']);
});

test('an address may change the picture, and says nothing when it does not', () => {
  const own = { width: 1280, height: 720, fps: 60 };
  expect(linkedPicture({}, own)).toBeUndefined();
  expect(linkedPicture({ fps: 30 }, own)).toEqual({ ...own, fps: 30 });
  expect(linkedPicture({ size: { width: 640, height: 360 } }, own)).toEqual({ width: 640, height: 360, fps: 60 });
});

test('the front page reads the config it gets, and survives any other', () => {
  expect(readGlance(fakeConfig())).toMatchObject({
    playMoney: true,
    online: 4,
    freeSlots: 10,
    regions: 4,
    microUsdPerDbc: 2_000,
  });
  for (const odd of [null, 7, 'x', [], { nodes: 3 }, { nodes: { online: -4 } }]) expect(readGlance(odd).online).toBe(0);
  const said = { id: 'a-1', text: 'Maintenance at ten', untilMs: 7 };
  expect(readGlance({ ...fakeConfig(), announcements: [said, 3] }).announcements).toEqual([
    said,
    { id: '', text: '', untilMs: 0 },
  ]);
});

test('play is dark, consoles follow the system, and a choice beats both', () => {
  expect([
    schemeFor('auto', '/play', false),
    schemeFor('auto', '/node', false),
    schemeFor('auto', '/node', true),
  ]).toEqual(['dark', 'light', 'dark']);
  expect(schemeFor('light', '/play', true)).toBe('light');
});

const calm: BannerFacts = {
  view: { trouble: 'none', nodeLost: false },
  link: 'open',
  state: undefined,
  voucherRefused: false,
  silentMs: 0,
  wallMs: 1_000,
};
const state = {
  session: `s_${'a'.repeat(26)}` as SessionId,
  phase: 'playing' as const,
  billedMs: 1,
  costWei: '1',
  heldWei: '1',
  balanceWei: '1',
  timeLeftMs: 60_000,
  limit: 'cap' as const,
  badMs: noBadMs(),
};

test('in calm there is no banner; the most urgent come first, at most two', () => {
  expect(bannersOf(calm)).toEqual([]);
  const bad = bannersOf({
    ...calm,
    view: { trouble: 'other-node', nodeLost: true, ending: 'node-lost' },
    link: 'waiting',
    state,
  });
  expect(bad.map(({ kind }) => kind)).toEqual(['lost', 'ending']);
});

test('an announcement is shown over the picture, behind what is more urgent', () => {
  const announced = 'Maintenance at ten';
  expect(bannersOf({ ...calm, announced })).toEqual([{ kind: 'announced', text: announced }]);
  const grave = { ...calm, view: { trouble: 'closed', nodeLost: false, ending: 'node-lost' }, announced } as const;
  expect(bannersOf(grave).map(({ kind }) => kind)).toEqual(['closed', 'ending']);
});

test('the money warning comes in the last minute and names what ends', () => {
  expect(bannersOf({ ...calm, state: { ...state, timeLeftMs: 60_001 } })).toEqual([]);
  expect(bannersOf({ ...calm, state })).toEqual([{ kind: 'money', limit: 'cap', ms: 60_000 }]);
});

test('the sentence on what was slow names the machine or the way, and keeps quiet about hiccups', () => {
  expect(slowOf(noBadMs(), 60_000)).toEqual({ kind: 'fine' });
  expect(slowOf({ ...noBadMs(), 'no-frame-yet': 900 }, 60_000)).toEqual({ kind: 'fine' });
  expect(slowOf({ ...noBadMs(), 'no-frame-yet': 9_000 }, 60_000)).toEqual({ kind: 'start', ms: 9_000 });
  expect(slowOf({ ...noBadMs(), gap: 1_000 }, 600_000)).toEqual({ kind: 'nearlyFine', ms: 1_000 });
  expect(slowOf({ ...noBadMs(), 'few-sent': 30_000, rtt: 4_000 }, 60_000)).toMatchObject({
    kind: 'node',
    cause: 'few-sent',
  });
  expect(slowOf({ ...noBadMs(), rtt: 30_000, gap: 9_000, 'few-sent': 1_000 }, 60_000)).toMatchObject({
    kind: 'line',
    cause: 'rtt',
  });
});

test('a timeline becomes columns, and spans without good time are shaded as one', () => {
  const sample = (index: number, goodMs: number) => ({
    atMs: index * 5_000,
    goodMs,
    costWei: `${index}000000000000000000`,
    fps: 60,
    rttMs: 14,
    lossShare: 0,
    kbps: 8_000,
  });
  const { cost, free } = timelineColumns({
    samples: [sample(0, 0), sample(1, 5_000), sample(2, 5_000), sample(3, 6_000), sample(4, 11_000)],
  });
  expect(cost).toEqual([0, 1, 2, 3, 4]);
  expect(free).toEqual([{ fromS: 5, toS: 15 }]);
});
