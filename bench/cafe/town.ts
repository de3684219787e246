// bench/cafe/town.ts - cafés with their seats, made as people make them: over the API, by an owner, with a device on each seat
// that shows its six digits, and a floor page that watches.
import { randomBytes } from 'node:crypto';
import type { CafeActAnswer, CafeActName, KioskTicket } from '../../src/protocol/cafe-acts.ts';
import { addressOf } from '../../src/protocol/typed-data.ts';
import { cafeSettings } from '../../test/support/cafe/settings.ts';
import { FakePlayer } from '../../test/support/hub/fake-player.ts';
import type { Broadcast } from './broadcaster.ts';
import { type Answer, Caller, type OnMessage } from './caller.ts';
import { SeatPlayer } from './games.ts';
import type { Pressed } from './measure.ts';
import { Sightings } from './sightings.ts';

/** What a line shows of a seat. */
type Shown = {
  readonly seat: string;
  readonly version: number;
  readonly state: string;
  readonly tab?: { readonly tab: string };
};

/** Lines of one site: the page at its desk and a device on each seat. */
export type SiteLines = {
  readonly floor: Sightings;
  readonly seats: ReadonlyMap<string, Sightings>;
  /** Seats as the floor page has them, from a whole and the changes after it, and as their own pages have them. */
  readonly shown: { readonly floor: Map<string, Shown>; readonly seats: Map<string, Shown> };
  /** Bytes of the last message that told of a change: what a yardstick shall carry, too. */
  readonly told: { floorBytes: number; seatBytes: number };
  close(): void;
};

/** A seat as its desk knows it. `busy`: an act on it waits for its answer. */
export type TownSeat = { seat: string; version: number; state: string; busy: boolean };

/** One café. */
export type Site = SiteLines & {
  readonly plan: readonly TownSeat[];
  act(name: CafeActName, body: object): Promise<Answer<CafeActAnswer & { code?: string }>>;
  /** Seats whose page or whose place on the floor page shows something else than the hub has. */
  wrong(): Promise<readonly string[]>;
};

/** How large a town is. */
export type TownSize = { readonly sites: number; readonly seats: number };

/** A fresh key for an act. */
export const key = (): string => randomBytes(12).toString('base64url');
const seatNames = (seats: number): string[] => Array.from({ length: seats }, (_, i) => String(i + 1));

/** Opens the lines of a site. */
export async function openLines(
  caller: Caller,
  seats: readonly string[],
  floorLine: { readonly path: string; readonly cookie: string },
  seatLine: (seat: string) => { readonly path: string; readonly cookie: string },
  onOwn: (shown: Shown) => void = () => {},
): Promise<SiteLines> {
  const floor = new Sightings();
  const told = { floorBytes: 0, seatBytes: 0 };
  const shown = { floor: new Map<string, Shown>(), seats: new Map<string, Shown>() };
  const onFloor: OnMessage = (message, atMs) => {
    floor.heard(atMs);
    for (const one of (message.seats ?? []) as Shown[]) shown.floor.set(one.seat, one);
    if (typeof message.rev === 'number') floor.note(message.rev, atMs);
    if (message.t === 'seats') told.floorBytes = JSON.stringify(message).length;
  };
  const closers = [await caller.live(floorLine.path, floorLine.cookie, onFloor)];
  const lines = new Map<string, Sightings>();
  await Promise.all(
    seats.map(async (seat) => {
      const line = new Sightings();
      lines.set(seat, line);
      const onSeat: OnMessage = (message, atMs) => {
        line.heard(atMs);
        const own = message.seat as Shown | undefined;
        if (own === undefined) return;
        shown.seats.set(seat, own);
        told.seatBytes = JSON.stringify(message).length;
        line.note(own.version, atMs);
        onOwn(own);
      };
      const { path, cookie } = seatLine(seat);
      closers.push(await caller.live(path, cookie, onSeat));
    }),
  );
  const close = (): void => {
    for (const one of closers) one();
    caller.close();
  };
  return { floor, seats: lines, shown, told, close };
}

/** An answer that must be a yes. */
function must<T>({ status, body }: Answer<T>, what: string): T {
  if (status !== 200) throw new Error(`${what}: ${status} ${JSON.stringify(body)}`);
  return body;
}

/** A device shows its digits, and somebody at the desk types them. */
async function pair(caller: Caller, seat: string, device: FakePlayer, act: Site['act']): Promise<string> {
  const deviceKey = addressOf(device.sessionKey);
  const hello = await caller.post<{ code: string }>('/api/cafe-kiosk', { deviceKey });
  const { code } = must(hello, 'a device');
  must(await act('seats.pair', { version: 1, seat, code }), 'a pairing');
  return hello.cookie;
}

/** Owner of the `n`th café; the same person on every hub. */
export const ownerOf = (n: number, origin = ''): FakePlayer => new FakePlayer(origin, `owner of café ${n}`);
const addressOfSite = (n: number): string => `127.0.1.${n + 1}`;

/** The owner agrees, for the day, to what the devices may spend. */
async function consent(owner: FakePlayer, devices: readonly FakePlayer[], act: Site['act']): Promise<void> {
  must(await act('seats.consent', owner.consentTo(devices, { maxAmount: 10n ** 24n })), 'the consent');
}

/** Makes one café and opens its lines. `n`: which of the town. */
async function buildSite(origin: string, n: number, size: TownSize, refused: (code: string) => void): Promise<Site> {
  const caller = new Caller(origin, addressOfSite(n));
  const [owner, cashier] = [await ownerOf(n, origin).login(), await new FakePlayer(origin).login()];
  const settings = { ...cafeSettings(), name: `Café ${n + 1}` };
  const made = await caller.post<{ cafe: string }>('/api/cafe', { key: key(), settings }, owner.cookie);
  const { cafe } = must(made, 'a café');
  const by =
    (cookie: string): Site['act'] =>
    (name, body) =>
      caller.post(`/api/cafe/${cafe}/${name.replaceAll('.', '/')}`, { key: key(), ...body }, cookie);
  const [asOwner, act] = [by(owner.cookie), by(cashier.cookie)];
  must(await asOwner('staff', { wallet: cashier.address, role: 'cashier', reason: 'hired' }), 'a cashier');
  const names = seatNames(size.seats);
  const seats = names.map((seat) => ({ seat, name: '', zone: 'hall' }));
  must(await asOwner('seats.add', { seats }), 'seats');
  const players = new Map<string, SeatPlayer>();
  for (const seat of names) {
    const device = new FakePlayer(origin);
    device.cookie = await pair(caller, seat, device, asOwner);
    const ticket = async (): Promise<KioskTicket | undefined> => {
      const given = await caller.post<KioskTicket>('/api/cafe-kiosk/ticket', {}, device.cookie);
      return given.status === 200 ? given.body : undefined;
    };
    players.set(seat, new SeatPlayer(device, addressOfSite(n), { ticket, refused }));
  }
  await consent(
    owner,
    [...players.values()].map(({ device }) => device),
    asOwner,
  );
  must(await act('shift.open', { floatMinor: '2000' }), 'a shift');
  const floor = { path: `/api/cafe/${cafe}/live`, cookie: cashier.cookie };
  const kiosk = (seat: string) => ({ path: '/api/cafe-kiosk/live', cookie: players.get(seat)?.device.cookie ?? '' });
  const lines = await openLines(caller, names, floor, kiosk, ({ seat, state, tab }) => {
    players.get(seat)?.show(state === 'in-use' || state === 'paused' ? tab?.tab : undefined);
  });
  const plan = names.map((seat) => ({ seat, version: 2, state: 'free', busy: false }));
  const wrong = async (): Promise<readonly string[]> => {
    const whole = await caller.get<{ seats: Shown[] }>(`/api/cafe/${cafe}/floor`, cashier.cookie);
    const same = (one: Shown, other: Shown | undefined) => one.version === other?.version && one.state === other.state;
    return must(whole, 'the floor')
      .seats.filter((now) => ![lines.shown.floor, lines.shown.seats].every((shown) => same(now, shown.get(now.seat))))
      .map(({ seat }) => seat);
  };
  return { ...lines, plan, act, wrong };
}

/** Makes all of them, several at a time. `refused` is told why a seat's game did not start. */
export async function buildTown(
  origin: string,
  size: TownSize,
  refused: (code: string) => void,
): Promise<readonly Site[]> {
  return Promise.all(Array.from({ length: size.sites }, (_, n) => buildSite(origin, n, size, refused)));
}

/** The same lines, to the broadcaster, and how to have it tell of a change. */
export function mirrorTown(
  origin: string,
  { sites, seats }: TownSize,
): Promise<readonly (SiteLines & { broadcast(change: Broadcast): Promise<Pressed> })[]> {
  return Promise.all(
    Array.from({ length: sites }, async (_, n) => {
      const line = (name: string) => ({ path: `/${encodeURIComponent(name)}`, cookie: '' });
      const caller = new Caller(origin, addressOfSite(n));
      const lines = await openLines(caller, seatNames(seats), line(`floor ${n}`), (seat) => line(`${n} ${seat}`));
      return { ...lines, broadcast: async (change) => (await caller.post<Pressed>('/', change)).body };
    }),
  );
}
