// test/contract/cafe-play.test.ts - two seats of a café play at once on one account, over real sockets: tickets of paired devices,
// consents that the owner signed, the session on the floor, its end with the tab, and a node that is lost.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/observe/clock.ts';
import type { CafeActAnswer, CafeActName, KioskTicket } from '../../src/protocol/cafe-acts.ts';
import type { PlaysNow } from '../../src/protocol/cafe-api.ts';
import type { CafeSettings } from '../../src/protocol/cafe-settings.ts';
import type { SeatView } from '../../src/protocol/cafe-things.ts';
import { addressOf } from '../../src/protocol/typed-data.ts';
import { PROTOCOL_VERSION } from '../../src/protocol/version.ts';
import { cafeSettings } from '../support/cafe/settings.ts';
import { bodyOf } from '../support/hub/body.ts';
import { FakeNode } from '../support/hub/fake-node.ts';
import { FakePlayer, type PageSocket } from '../support/hub/fake-player.ts';
import { aheadClock, nodeToken, type TestHub, testHub } from '../support/hub/service.ts';

let hub: TestHub;
let owner: FakePlayer;
let cafe: string;
let keys = 0;
let aheadMs = 0;
const clock = { ...systemClock, wallMs: () => systemClock.wallMs() + aheadMs };
const key = () => `play-key-${String(++keys).padStart(6, '0')}`;
beforeAll(async () => {
  hub = await testHub({ clock });
  owner = await new FakePlayer(hub.url).login();
  const settings = cafeSettings({ curfew: [], ageBands: [] });
  cafe = (await bodyOf<{ cafe: string }>(owner.post('/api/cafe', { key: key(), settings }))).cafe;
  await act('seats.add', { seats: ['1', '2', '3', '5', '6', '7'].map((seat) => ({ seat, name: '', zone: 'hall' })) });
  await act('shift.open', { floatMinor: '100' });
});
afterAll(async () => {
  expect(hub.faults).toEqual([]);
  await hub.remove();
});

async function act(name: CafeActName, body: object): Promise<CafeActAnswer> {
  const response = await owner.post(`/api/cafe/${cafe}/${name.replaceAll('.', '/')}`, { key: key(), ...body });
  const answer = (await response.json()) as CafeActAnswer;
  expect(response.status, `${name} ${JSON.stringify(answer)}`).toBe(200);
  return answer;
}
async function seat(number: string): Promise<SeatView> {
  const { seats } = await bodyOf<{ seats: SeatView[] }>(owner.fetch(`/api/cafe/${cafe}/floor`));
  const found = seats.find((one) => one.seat === number);
  if (found === undefined) throw new Error(`seat ${number}`);
  return found;
}
const at = async (number: string) => ({ seat: number, version: (await seat(number)).version });

/** A device on a seat, paired. */
async function device(number: string): Promise<FakePlayer> {
  const made = new FakePlayer(hub.url);
  const hello = await made.post('/api/cafe-kiosk', { deviceKey: addressOf(made.sessionKey) });
  made.cookie = (hello.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const { code } = (await hello.json()) as { code: string };
  await act('seats.pair', { ...(await at(number)), code });
  return made;
}
/** The owner lets a device spend. */
async function agree(made: FakePlayer, nonce: bigint): Promise<void> {
  await act('seats.consent', owner.consentTo([made], { nonce, maxAmount: 300n * 10n ** 18n }));
}
/** The device's page, greeted by its ticket. */
async function pageOf(made: FakePlayer): Promise<{ page: PageSocket; ticket: KioskTicket }> {
  const ticket = await bodyOf<KioskTicket>(made.post('/api/cafe-kiosk/ticket'));
  const page = await made.knock();
  page.send({ t: 'hello', v: PROTOCOL_VERSION, ticket: ticket.ticket });
  expect((await page.next('welcome')).player).toBe(owner.address);
  return { page, ticket };
}
const playOn = ({ page, ticket }: Awaited<ReturnType<typeof pageOf>>) => page.play(page.who.seatConsent(ticket));
const startGuest = async (number: string) =>
  act('start', { ...(await at(number)), who: { kind: 'guest' }, buy: { kind: 'minutes', minutes: 60 }, pay: 'cash' });

test('two seats play at once on one account; each session ends with its tab; a lost node stops the clock', async () => {
  const node = await new FakeNode(hub.url, { token: await nodeToken(hub), slots: 4 }).joined();
  const [one, two] = [await device('1'), await device('2')];
  await act('seats.consent', owner.consentTo([one, two], { maxAmount: 600n * 10n ** 18n }));

  // Nobody sits there: no ticket. A device without a seat has none either.
  const early = await one.post('/api/cafe-kiosk/ticket');
  expect([early.status, await early.json()]).toMatchObject([409, { code: 'SEAT_STATE', facts: { state: 'free' } }]);
  expect((await new FakePlayer(hub.url).post('/api/cafe-kiosk/ticket')).status).toBe(401);

  await startGuest('1');
  await startGuest('2');
  const [pageOne, pageTwo] = [await pageOf(one), await pageOf(two)];
  const [first, second] = [await playOn(pageOne), await playOn(pageTwo)];
  expect(first.session).not.toBe(second.session);
  await expect(playOn(pageOne)).rejects.toThrow('ALREADY_PLAYING');
  expect(await seat('1')).toMatchObject({
    play: { session: first.session, node: node.node, game: 'arcade', nodeLost: false },
  });

  // What its page measured is there for whoever looks at the seat, and wakes no floor.
  const { rev } = await bodyOf<{ rev: number }>(owner.fetch(`/api/cafe/${cafe}/floor`));
  const sample = { fps: 59.6, rttMs: 12.3, lossShare: 0, kbps: 9_000, path: 'direct', receivedBytes: 1 } as const;
  pageOne.page.tick(first.session, 1, 1_000, sample);
  const plays = () => bodyOf<PlaysNow>(owner.fetch(`/api/cafe/${cafe}/plays`));
  await expect.poll(plays, { timeout: 20_000 }).toMatchObject({
    plays: [
      { seat: '1', play: { session: first.session, rttMs: 12, fps: 60 } },
      { seat: '2', play: { session: second.session } },
    ],
  });
  expect((await bodyOf<{ rev: number }>(owner.fetch(`/api/cafe/${cafe}/floor`))).rev).toBe(rev);

  const spend = await bodyOf<{ spend: { burnWeiPerHour: string } }>(owner.fetch(`/api/cafe/${cafe}/floor`));
  expect(BigInt(spend.spend.burnWeiPerHour)).toBe(2n * BigInt(first.quote.rateWeiPerHour));

  await act('stop', { ...(await at('1')), pay: 'cash' });
  expect(await pageOne.page.next('ended')).toMatchObject({ session: first.session, reason: 'stopped-by-operator' });
  expect((await seat('1')).play).toBeUndefined();
  expect((await seat('2')).play?.session).toBe(second.session);

  node.stop();
  const fault = async (): Promise<SeatView> => {
    for (;;) {
      const now = await seat('2');
      if (now.state === 'node-fault') return now;
      await pageTwo.page.any(() => true, 'anything that the hub says while the node is away');
    }
  };
  const seen = await fault();
  expect(seen).toMatchObject({ reason: 'node lost', tab: { paidMinor: expect.any(String) } });
  expect(seen.tab?.endsAtMs).toBeUndefined();
  // Another customer on the same seat is another place: other saves, another session.
  await act('stop', { ...(await at('2')), pay: 'cash' });
  expect((await seat('2')).state).toBe('free');
});

// Goal: the owner signs once for all seats, and no device plays that it did not sign for. Method: keys that are joined to
// something else, a device without consent, one with the proof of another; beside them one that may.
test('one consent is for the devices that it joins, and for no other', async () => {
  const node = await new FakeNode(hub.url, { token: await nodeToken(hub), slots: 4 }).joined();
  const [one, two, three] = [await device('5'), await device('6'), await device('7')];
  const given = owner.consentTo([one, two], { nonce: 40n });
  for (const keys of [[addressOf(one.sessionKey)], [...given.keys, addressOf(three.sessionKey)]]) {
    const answer = await owner.post(`/api/cafe/${cafe}/seats/consent`, { key: key(), ...given, keys });
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'CONSENT_BAD' }]);
  }
  await act('seats.consent', given);
  for (const seat of ['5', '6', '7']) await startGuest(seat);
  const [pageOne, pageTwo, pageThree] = [await pageOf(one), await pageOf(two), await pageOf(three)];
  expect(pageThree.ticket.consent).toBeUndefined();
  const others = one.seatConsent(pageOne.ticket);
  expect(await pageThree.page.tryPlay({ ...others, sessionKey: addressOf(three.sessionKey) })).toBe('CONSENT_BAD');
  const started = [await playOn(pageOne), await playOn(pageTwo)];
  expect(new Set(started.map(({ open }) => open.consent)).size).toBe(1);
  expect(started.map(({ open }) => open.key)).toEqual(given.keys);
  for (const seat of ['5', '6', '7']) await act('stop', { ...(await at(seat)), pay: 'cash' });
  node.stop();
});

// Goal: a hub that starts anew knows whose seat each session is on. Method: the stores of a killed hub, the same port; no
// page and no node comes back; the tab is stopped at the desk.
test('after a restart of the hub the floor shows the session of a seat, and stopping the tab ends it', async () => {
  const node = await new FakeNode(hub.url, {
    name: 'Taipei-3',
    token: await nodeToken(hub, 'token-of-the-third'),
  }).joined();
  const made = await device('1');
  await agree(made, 7n);
  await startGuest('1');
  const { session } = await playOn(await pageOf(made));
  const { parts } = hub;
  await hub.kill();
  hub = await testHub({
    clock,
    stores: parts.stores,
    http: { host: '127.0.0.1', port: Number(new URL(owner.origin).port) },
  });
  expect((await seat('1')).play).toMatchObject({ session, game: 'arcade' });
  await act('stop', { ...(await at('1')), pay: 'cash' });
  expect((await seat('1')).state).toBe('free');
  const reason = async () => {
    const receipt = await owner.fetch(`/api/sessions/${session}/receipt`);
    return receipt.ok ? ((await receipt.json()) as { reason: string }).reason : undefined;
  };
  await expect.poll(reason, { timeout: 20_000 }).toBe('stopped-by-operator');
  node.stop();
});

// Goal: nobody pays for a seat that nobody touches, and the same customer goes on with the same game. Method: the seat's own
// words over HTTP, and what its page hears.
test('a seat that stands still ends its session, and goes on with its game when the customer is back', async () => {
  const nodes = { name: 'Taipei-4', token: await nodeToken(hub, 'token-of-the-fourth'), slots: 1 };
  const node = await new FakeNode(hub.url, nodes).joined();
  const idle = { minutes: 5, graceSeconds: 30, guestsGoOn: true };
  const change = async (rule: object) => {
    const { version } = await bodyOf<{ version: number }>(owner.fetch(`/api/cafe/${cafe}`));
    await act('settings', { version, settings: cafeSettings({ curfew: [], ageBands: [], ...rule }) });
  };
  await change({ idle });
  const one = await device('1');
  await agree(one, 21n);
  await startGuest('1');
  const page = await pageOf(one);
  const { session } = await playOn(page);
  const view = () => bodyOf<object>(one.fetch('/api/cafe-kiosk'));
  expect(await view()).toMatchObject({ idle });
  expect((await one.post('/api/cafe-kiosk/idle')).status).toBe(200);
  expect(await page.page.next('ended')).toMatchObject({ session, reason: 'afk' });
  expect(await view()).toMatchObject({ state: 'paused', back: 'guest', goesOn: { session, game: 'arcade' } });
  expect((await one.post('/api/cafe-kiosk/ticket')).status).toBe(409); // Nothing is played while the clock stands.
  expect((await one.post('/api/cafe-kiosk/back', { by: 'guest' })).status).toBe(200);
  expect(await view()).toMatchObject({ state: 'in-use', goesOn: { session, game: 'arcade' } });
  expect((await one.post('/api/cafe-kiosk/ticket')).status).toBe(200);
  await act('stop', { ...(await at('1')), pay: 'cash' });
  await change({});
  node.stop();
});

// Goal: nobody plays on the café's account while the customer's clock stands or the tab is over. Method: a page that keeps its
// socket and asks for a game all the same, as a customer with a script would; in between, where the clock runs, it gets one.
test('an open socket of a seat plays only while its tab does', async () => {
  const clock = aheadClock();
  const own = await testHub({ clock });
  const [shared, sharedOwner, sharedCafe] = [hub, owner, cafe];
  [hub, owner] = [own, await new FakePlayer(own.url).login()];
  const idle = { minutes: 5, graceSeconds: 30, guestsGoOn: true };
  const settings = cafeSettings({ curfew: [], ageBands: [], idle });
  cafe = (await bodyOf<{ cafe: string }>(owner.post('/api/cafe', { key: key(), settings }))).cafe;
  await act('seats.add', { seats: ['1', '2'].map((number) => ({ seat: number, name: '', zone: 'hall' })) });
  await act('shift.open', { floatMinor: '100' });
  const node = await new FakeNode(hub.url, { token: await nodeToken(hub), slots: 1 }).joined();
  const one = await device('1');
  await agree(one, 31n);
  await startGuest('1');
  const open = await pageOf(one);
  const wish = open.page.who.seatConsent(open.ticket);
  const { ticket: late } = await bodyOf<KioskTicket>(one.post('/api/cafe-kiosk/ticket'));

  expect((await one.post('/api/cafe-kiosk/idle')).status).toBe(200);
  expect(await open.page.tryPlay(wish)).toBe('SEAT_STATE');
  const knock = await one.knock();
  knock.send({ t: 'hello', v: PROTOCOL_VERSION, ticket: late });
  expect(await knock.next('refused')).toMatchObject({ code: 'SEAT_STATE', facts: { state: 'paused' } });
  expect((await one.post('/api/cafe-kiosk/back', { by: 'guest' })).status).toBe(200);

  const { session } = await open.page.play(wish);
  await act('pause', { ...(await at('1')), reason: 'police check' });
  expect(hub.hub.sessions.get(session)?.ending).toBeUndefined();
  clock.aheadMs += 9 * 60_000;
  expect(await open.page.next('ended')).toMatchObject({ session, reason: 'afk' });
  expect(await open.page.tryPlay(wish)).toBe('SEAT_STATE');
  await act('resume', await at('1'));
  await open.page.play(wish);

  // Nobody on another page of the same account ends it, or takes it over: sessions are of a place.
  const other = await owner.connect();
  const running = [...hub.hub.sessions.values()].find(({ ending }) => ending === undefined)?.session ?? session;
  other.send({ t: 'end', session: running });
  expect(await other.next('refused')).toMatchObject({ code: 'SESSION_UNKNOWN', session: running });
  expect(hub.hub.sessions.get(running)?.ending).toBeUndefined();
  other.close();

  // The customer moves: what is left behind on the old seat's page plays no more for the tab.
  await act('move', { ...(await at('1')), to: '2', toVersion: (await seat('2')).version });
  await open.page.next('ended', ({ reason }) => reason === 'moved');
  expect(await open.page.tryPlay(wish)).toBe('TOKEN_UNKNOWN');
  await act('stop', { ...(await at('2')), pay: 'cash' });
  expect(await open.page.tryPlay(wish)).toBe('SEAT_STATE');

  node.stop();
  expect(own.faults).toEqual([]);
  await own.remove();
  [hub, owner, cafe] = [shared, sharedOwner, sharedCafe];
});

// Goal: a page of which nothing is heard any more stops its customer's clock, and one that is heard again lets it go on. Method: a page
// that says once how far it plays, a clock that is set ahead of its silence, and another word of it.
test('a seat whose page is silent stands still until it is heard again', async () => {
  const nodes = { name: 'Taipei-5', token: await nodeToken(hub, 'token-of-the-fifth'), slots: 1 };
  const node = await new FakeNode(hub.url, nodes).joined();
  const one = await device('1');
  await agree(one, 31n);
  await startGuest('1');
  const { page, ticket } = await pageOf(one);
  const { session } = await page.play(page.who.seatConsent(ticket));
  page.tick(session, 1, 1_000);
  await page.plan(); // Its answer comes after the tick was heard.
  const { version } = await seat('1');
  aheadMs += 20_000;
  await expect.poll(async () => (await seat('1')).state, { timeout: 20_000 }).toBe('node-fault');
  expect(await seat('1')).toMatchObject({ reason: 'no line to the seat', version });
  page.tick(session, 2, 1_000);
  await expect.poll(async () => (await seat('1')).state, { timeout: 20_000 }).toBe('in-use');
  expect((await seat('1')).tab?.creditedMs).toBeGreaterThanOrEqual(20_000);
  await act('stop', { ...(await at('1')), pay: 'cash' });
  node.stop();
});

// Goal: whoever pays for more time after the time was up goes on with the same game. Method: a price at which some seconds cost
// what was paid; what the seat's device is told before and after the extension, and after the stop.
test('play that was over goes on with its game when it is extended', async () => {
  const nodes = { name: 'Taipei-6', token: await nodeToken(hub, 'token-of-the-sixth'), slots: 1 };
  const node = await new FakeNode(hub.url, nodes).joined();
  const change = async (rule: Partial<CafeSettings>) => {
    const { version } = await bodyOf<{ version: number }>(owner.fetch(`/api/cafe/${cafe}`));
    await act('settings', { version, settings: cafeSettings({ curfew: [], ageBands: [], ...rule }) });
  };
  const rates = [{ name: 'dear', minorPerHour: '3600000' }];
  const week = Array.from({ length: 8 }, () => 'a'.repeat(24));
  await change({ tariffs: [...cafeSettings().tariffs.slice(1), { zone: 'hall', group: 'guest', rates, week }] });
  const one = await device('1');
  await agree(one, 61n);
  const buy = { kind: 'money', minor: '3000' };
  await act('start', { ...(await at('1')), who: { kind: 'guest' }, buy, pay: 'cash' });
  const page = await pageOf(one);
  const { session } = await playOn(page);
  const view = () => bodyOf<object>(one.fetch('/api/cafe-kiosk'));
  expect(await page.page.next('ended')).toMatchObject({ session, reason: 'stopped-by-operator' });
  expect(await view()).toMatchObject({ state: 'ending' });
  await act('extend', { ...(await at('1')), buy: { kind: 'minutes', minutes: 60 }, pay: 'cash' });
  expect(await view()).toMatchObject({ state: 'in-use', goesOn: { session, game: 'arcade' } });
  await act('stop', { ...(await at('1')), pay: 'cash' });
  expect(await view()).not.toHaveProperty('goesOn');
  await change({});
  node.stop();
});

// Goal: what a seat has cost is kept when its session ends, and binds the next start there. Method: ticks of both sides until
// something was billed; a cap that leaves room for less than an hour more.
test('the cost of an ended session counts for the cap of its seat', async () => {
  const node = await new FakeNode(hub.url, {
    name: 'Taipei-2',
    token: await nodeToken(hub, 'token-of-the-second'),
    slots: 2,
  }).joined();
  const three = await device('3');
  await agree(three, 9n);
  await startGuest('3');
  const page = await pageOf(three);
  const started = await playOn(page);
  const caps = { seatWei: started.quote.rateWeiPerHour };
  const { version } = await bodyOf<{ version: number }>(owner.fetch(`/api/cafe/${cafe}`));
  await act('settings', { version, settings: cafeSettings({ curfew: [], ageBands: [], caps }) });
  for (let seq = 1; (await seat('3')).play?.costWei === '0'; seq++) {
    node.tick(started.session, seq * 1_000);
    page.page.tick(started.session, seq, seq * 1_000);
    await node.read();
  }
  await act('stop', { ...(await at('3')), pay: 'cash' });
  await page.page.next('ended');
  const lines = async () => (await bodyOf<{ lines: { act: string }[] }>(owner.fetch(`/api/cafe/${cafe}/audit`))).lines;
  await expect.poll(async () => (await lines()).some((line) => line.act === 'played'), { timeout: 20_000 }).toBe(true);
  const again = { who: { kind: 'guest' }, buy: { kind: 'minutes', minutes: 60 }, pay: 'cash', key: key() };
  const refused = await owner.post(`/api/cafe/${cafe}/start`, { ...again, ...(await at('3')) });
  expect([refused.status, await refused.json()]).toMatchObject([
    402,
    { code: 'SPENDING_CAP', facts: { cap: 'seatWei' } },
  ]);
  await startGuest('2'); // Nothing was played there that was billed.
  node.stop();
});
