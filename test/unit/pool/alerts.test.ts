// test/unit/pool/alerts.test.ts - when an alert begins and ends, and that each is told once.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type AlertFacts,
  type AlertKind,
  alertNews,
  findAlerts,
  GIVE_UP_MS,
  type MachineFacts,
  messagesDue,
  type Told,
} from '../../../src/pool/alerts.ts';

const MIN = 60_000;
const NOW = 1_000 * MIN;
const good: MachineFacts = {
  ...{
    node: '0x1',
    name: 'One',
    awaySinceMs: undefined,
    maintained: false,
    failed: [],
    twinFrom: 'none',
    suspended: false,
    staked: true,
  },
};
const rules = { offlineMinutes: 5, payoutWei: 100n };
const facts = (change: Partial<MachineFacts> = {}, more: Partial<AlertFacts> = {}): AlertFacts => ({
  ...{ machines: [{ ...good, ...change }], suspended: false, redeemableWei: 0n },
  ...more,
});
const kinds = (of: AlertFacts, wallMs = NOW, state = 'holds') =>
  findAlerts(of, rules, wallMs)
    .filter((finding) => finding.state === state)
    .map(({ kind, subject }) => `${kind} ${subject}`);

test('a machine and an account that are well alarm nobody', () => {
  expect(findAlerts(facts(), rules, NOW)).toEqual([]);
});

test('each trouble is found, at its limit', () => {
  expect(kinds(facts({ awaySinceMs: NOW - 5 * MIN + 1, failed: undefined }))).toEqual([]);
  expect(kinds(facts({ awaySinceMs: NOW - 5 * MIN, failed: undefined }))).toEqual(['offline 0x1']);
  expect(findAlerts(facts({ failed: ['encoder', 'games'] }), rules, NOW)).toMatchObject([
    { kind: 'check', facts: { checks: 'encoder, games' } },
  ]);
  expect(kinds(facts({ suspended: true }))).toEqual(['suspended 0x1']);
  expect(kinds(facts({ staked: false }))).toEqual(['stake 0x1']);
  expect(findAlerts(facts({ twinFrom: '192.0.2.2' }), rules, NOW)).toMatchObject([
    { kind: 'identity', facts: { from: '192.0.2.2' } },
  ]);
  expect(kinds(facts({}, { suspended: true }))).toEqual(['suspended account']);
  expect(kinds(facts({}, { redeemableWei: 99n }))).toEqual([]);
  expect(kinds(facts({}, { redeemableWei: 100n }))).toEqual(['payout account']);
  expect(findAlerts(facts({}, { redeemableWei: 10n ** 30n }), { ...rules, payoutWei: undefined }, NOW)).toEqual([]);
});

test('planned maintenance and a suspension alarm nobody about absence and checks', () => {
  const away = { awaySinceMs: 0, failed: undefined };
  expect(kinds(facts({ ...away, maintained: true }))).toEqual([]);
  expect(kinds(facts({ ...away, suspended: true }))).toEqual(['suspended 0x1']);
});

test('what the hub cannot know neither begins nor ends an alert', () => {
  const standing = [{ kind: 'check' as AlertKind, subject: '0x1', endedAtMs: undefined }];
  const away = findAlerts(facts({ failed: undefined, staked: undefined }), rules, NOW);
  expect(alertNews(standing, away)).toEqual({ begun: [], over: [] });
  expect(alertNews(standing, findAlerts(facts(), rules, NOW)).over).toEqual(standing);
  expect(alertNews([], findAlerts(facts({ failed: ['games'] }), rules, NOW)).begun).toHaveLength(1);
});

test('an alert begins anew only after it has ended', () => {
  const found = findAlerts(facts({ failed: ['games'] }), rules, NOW);
  const alert = { kind: 'check' as AlertKind, subject: '0x1', endedAtMs: undefined };
  expect(alertNews([alert], found)).toEqual({ begun: [], over: [] });
  expect(alertNews([{ ...alert, endedAtMs: NOW }], found).begun).toHaveLength(1);
});

const alert = (told: Told[], endedAtMs?: number) => ({ beganAtMs: NOW, endedAtMs, told });

test('an end is told where the beginning was, and nothing is told after an hour', () => {
  expect(messagesDue(alert([]), ['webhook', 'mail'], NOW)).toEqual(['began/webhook', 'began/mail']);
  expect(messagesDue(alert(['began/mail']), ['webhook', 'mail'], NOW)).toEqual(['began/webhook']);
  expect(messagesDue(alert(['began/mail'], NOW + 9), ['webhook', 'mail'], NOW + 9)).toEqual(['ended/mail']);
  expect(messagesDue(alert([], NOW + 9), ['webhook', 'mail'], NOW + 9)).toEqual([]);
  expect(messagesDue(alert([]), ['mail'], NOW + GIVE_UP_MS)).toEqual(['began/mail']);
  expect(messagesDue(alert([]), ['mail'], NOW + GIVE_UP_MS + 1)).toEqual([]);
});

// Goal: each message once. Method: a machine that comes and goes at random, ways that fail at random, one look a minute.
test('over any life of a machine each alert is told at most once a way, its end never without its beginning', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ away: fc.boolean(), webhook: fc.boolean(), mail: fc.boolean() })), (life) => {
      const alerts: {
        kind: AlertKind;
        subject: string;
        beganAtMs: number;
        endedAtMs: number | undefined;
        told: Told[];
      }[] = [];
      life.forEach(({ away, ...works }, minute) => {
        const nowMs = NOW + minute * MIN;
        const found = findAlerts(facts(away ? { awaySinceMs: 0, failed: undefined } : {}), rules, nowMs);
        const { begun, over } = alertNews(alerts, found);
        for (const ended of over) ended.endedAtMs = nowMs;
        for (const { kind, subject } of begun)
          alerts.push({ kind, subject, beganAtMs: nowMs, endedAtMs: undefined, told: [] });
        for (const each of alerts) {
          for (const message of messagesDue(each, ['webhook', 'mail'], nowMs)) {
            expect(each.told).not.toContain(message);
            if (message.endsWith('webhook') ? works.webhook : works.mail) each.told.push(message);
          }
        }
      });
      for (const { told } of alerts) {
        for (const way of ['webhook', 'mail'] as const) {
          if (told.includes(`ended/${way}`)) expect(told).toContain(`began/${way}`);
        }
      }
    }),
  );
});
