// test/contract/cafe-play.test.ts - two seats of a café play at once on one account, over real sockets: tickets of paired devices,
// consents that the owner signed, the session on the floor, its end with the tab, and a node that is lost.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CafeActAnswer, CafeActName, KioskTicket } from '../../src/protocol/cafe-acts.ts';
import type { SeatView } from '../../src/protocol/cafe-things.ts';
import { addressOf } from '../../src/protocol/typed-data.ts';
import { PROTOCOL_VERSION } from '../../src/protocol/version.ts';
import { toWire } from '../../src/protocol/voucher.ts';
import { cafeSettings } from '../support/cafe/settings.ts';
import { bodyOf } from '../support/hub/body.ts';
import { FakeNode } from '../support/hub/fake-node.ts';
import { FakePlayer, type PageSocket } from '../support/hub/fake-player.ts';
import { nodeToken, type TestHub, testHub } from '../support/hub/service.ts';

let hub: TestHub;
let owner: FakePlayer;
let cafe: string;
let keys = 0;
const key = () => `play-key-${String(++keys).padStart(6, '0')}`;
beforeAll(async () => {
  hub = await testHub();
  owner = await new FakePlayer(hub.url).login();
  const settings = cafeSettings({ curfew: [], ageBands: [] });
  cafe = (await bodyOf<{ cafe: string }>(owner.post('/api/cafe', { key: key(), settings }))).cafe;
  await act('seats.add', { seats: ['1', '2', '3'].map((seat) => ({ seat, name: '', zone: 'hall' })) });
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
/** The device's page, greeted by its ticket. */
async function pageOf(made: FakePlayer): Promise<{ page: PageSocket; ticket: KioskTicket }> {
  const ticket = await bodyOf<KioskTicket>(made.post('/api/cafe-kiosk/ticket'));
  const page = await made.knock();
  page.send({ t: 'hello', v: PROTOCOL_VERSION, ticket: ticket.ticket });
  expect((await page.next('welcome')).player).toBe(owner.address);
  return { page, ticket };
}
async function playOn({ page, ticket: { consent, consentSignature } }: Awaited<ReturnType<typeof pageOf>>) {
  if (consent === undefined || consentSignature === undefined) throw new Error('the ticket carries the consent');
  return page.play({ consent, consentSignature });
}
const startGuest = async (number: string) =>
  act('start', { ...(await at(number)), who: { kind: 'guest' }, buy: { kind: 'minutes', minutes: 60 }, pay: 'cash' });

test('two seats play at once on one account; each session ends with its tab; a lost node stops the clock', async () => {
  const node = await new FakeNode(hub.url, { token: await nodeToken(hub), slots: 4 }).joined();
  const [one, two] = [await device('1'), await device('2')];
  const consents = [one, two].map((made, index) => {
    const { consent, signature } = owner.consent({
      sessionKey: addressOf(made.sessionKey),
      nonce: BigInt(index + 5),
      maxAmount: 300n * 10n ** 18n,
    });
    return { consent: toWire(consent), signature };
  });
  await act('seats.consent', { consents });

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

// Goal: what a seat has cost is kept when its session ends, and binds the next start there. Method: ticks of both sides until
// something was billed; a cap that leaves room for less than an hour more.
test('the cost of an ended session counts for the cap of its seat', async () => {
  const node = await new FakeNode(hub.url, {
    name: 'Taipei-2',
    token: await nodeToken(hub, 'token-of-the-second'),
    slots: 2,
  }).joined();
  const three = await device('3');
  const { consent, signature } = owner.consent({
    sessionKey: addressOf(three.sessionKey),
    nonce: 9n,
    maxAmount: 300n * 10n ** 18n,
  });
  await act('seats.consent', { consents: [{ consent: toWire(consent), signature }] });
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
