// src/protocol/cafe-acts.ts - everything that can be done in a café, one row an act: POST /api/cafe/:cafe/<act>, dots as
// slashes. Each body carries a key (the same key acts once, for ever) and, where it changes a thing that others change
// too, the version it saw. Who may do what: src/cafe/roles.ts.
import Type from 'typebox';
import { CafeSettingsShape } from './cafe-settings.ts';
import {
  BatchIdShape,
  BuyShape,
  CafeIdShape,
  CafeRoleShape,
  GuestCodeShape,
  MemberIdShape,
  MinorShape,
  PayMethodShape,
  PositiveMinorShape,
  ReasonShape,
  SeatNumberShape,
  ShiftIdShape,
  SlugShape,
  TagShape,
  TypedNameShape,
  VersionShape,
  WhoShape,
} from './cafe-shapes.ts';
import { CafeReceiptShape, CodeViewShape, MemberViewShape, SeatViewShape, ShiftViewShape } from './cafe-things.ts';
import {
  AddressShape,
  ConsentShape,
  exact,
  HookUrlShape,
  KeyProofShape,
  KeyShape,
  MsShape,
  NameShape,
  PlayerIdShape,
  SignatureShape,
  TokenShape,
} from './shapes.ts';

const key = KeyShape;
const version = VersionShape;
const seat = SeatNumberShape;
const member = MemberIdShape;
/** When it was typed, for what a page did while the line was down; absent: now. At most two hours back. */
const typedAtMs = Type.Optional(MsShape);
const place = Type.Optional(
  exact({ x: Type.Integer({ minimum: 0, maximum: 99 }), y: Type.Integer({ minimum: 0, maximum: 99 }) }),
);
const Text = Type.String({ minLength: 1, maxLength: 200 });
const Pin = Type.String({ pattern: '^[0-9]{4,8}$' });
const receipt = Type.Integer({ minimum: 1, maximum: 2 ** 40 });
const overCounter = Type.Union([Type.Literal('cash'), Type.Literal('card')]);
/** How long a code lasts from its sale on. */
const days = Type.Integer({ minimum: 1, maximum: 366 });
/** What is on a code. */
const worth = { minor: Type.Optional(PositiveMinorShape), package: Type.Optional(SlugShape) };

/** A body with what it asks for, in the words of the OpenAPI document. */
const act = <P extends Type.TProperties>(description: string, properties: P) =>
  Type.Object(properties, { additionalProperties: false, description });

/** Acts and their bodies. */
export const cafeActs = {
  settings: act('Replaces the settings as a whole. Running tabs keep the prices they began with.', {
    key,
    version,
    settings: CafeSettingsShape,
  }),
  staff: act(
    'Gives a wallet a role, or takes it away with null. The last owner stays. `name`: what colleagues call them; absent: as before.',
    {
      key,
      wallet: PlayerIdShape,
      role: Type.Union([CafeRoleShape, Type.Null()]),
      name: Type.Optional(TypedNameShape),
      reason: ReasonShape,
    },
  ),

  'seats.add': act('New seats; a new seat is `free`. Each number once.', {
    key,
    seats: Type.Array(exact({ seat, name: TagShape, zone: SlugShape, place }), { minItems: 1, maxItems: 200 }),
  }),
  'seats.edit': act('Name, zone and place of a seat, as a whole.', {
    key,
    version,
    seat,
    name: TagShape,
    zone: SlugShape,
    place,
  }),
  'seats.remove': act('Takes a free seat away.', { key, version, seat, reason: ReasonShape }),
  'seats.pair': act('Ties the device that shows this code to the seat.', {
    key,
    version,
    seat,
    code: Type.String({ pattern: '^[0-9]{6}$' }),
  }),
  'seats.unpair': act('The device of a seat is its device no more.', { key, version, seat, reason: ReasonShape }),
  'seats.enrol': act(
    'Which PC is which seat, for PCs without a disk: `host` is its name or its MAC address, in small letters. `secret` of the answer is the enrolment file of these seats; a seat that keeps its host keeps its line.',
    {
      key,
      seats: Type.Array(exact({ seat, host: Type.String({ pattern: '^[a-z0-9][a-z0-9.:-]{0,62}$' }) }), {
        minItems: 1,
        maxItems: 200,
      }),
    },
  ),
  'seats.unenrol': act("Takes a line of the file back: it was lost, or the PC is another seat's now.", {
    key,
    seat,
    reason: ReasonShape,
  }),
  'seats.consent': act(
    "The owner's signed consent for all devices that shall play today: `consent.sessionKey` is what `keys` are joined to (session-keys.ts). For a key that had one before, the newer counts.",
    {
      key,
      consent: ConsentShape,
      signature: SignatureShape,
      keys: Type.Array(AddressShape, { minItems: 1, maxItems: 1_000, uniqueItems: true }),
    },
  ),

  start: act(
    'Somebody sits down on a free or reserved seat and pays. Open play (`buy`) is paid `later`, where the zone is `postpaid`, or is an advance of all that lies on a `wallet` or `code`.',
    {
      key,
      version,
      seat,
      who: WhoShape,
      buy: BuyShape,
      pay: PayMethodShape,
      /** Asked for where a curfew rule could apply; a member's band is known. */
      ageBand: Type.Optional(SlugShape),
      guardian: Type.Optional(Type.Boolean()),
      typedAtMs,
    },
  ),
  extend: act('More time or money for the tab on a seat, also after its time was up.', {
    key,
    version,
    seat,
    buy: BuyShape,
    pay: PayMethodShape,
  }),
  pause: act('The clock stands.', { key, version, seat, reason: ReasonShape }),
  resume: act('The clock runs again.', { key, version, seat }),
  move: act('The customer, the clock and the running game go to another seat.', {
    key,
    version,
    seat,
    to: seat,
    toVersion: version,
  }),
  swap: act('Two customers change seats.', { key, version, seat, with: seat, withVersion: version }),
  stop: act(
    'Ends play and settles: `pay` is for what is still owed; what was paid too much goes back where it came from.',
    { key, version, seat, pay: PayMethodShape, typedAtMs },
  ),
  credit: act(
    "Gives played minutes back for a fault that was not the customer's. Above the site's limit for one tab: who may refund.",
    { key, version, seat, minutes: Type.Integer({ minimum: 1, maximum: 600 }), reason: ReasonShape },
  ),
  break: act('Puts a seat without a customer out of order.', { key, version, seat, reason: ReasonShape }),
  mend: act('It is in order again.', { key, version, seat }),
  reserve: act('Keeps a free seat for somebody until a time.', {
    key,
    version,
    seat,
    label: TypedNameShape,
    untilMs: MsShape,
  }),
  unreserve: act('The seat is free again.', { key, version, seat }),
  'end-at': act(
    'Ends play on seats at a time within a day, whatever was paid for; null takes that back. Without `seats`: wherever somebody plays.',
    {
      key,
      seats: Type.Optional(Type.Array(seat, { minItems: 1, maxItems: 500 })),
      atMs: Type.Union([MsShape, Type.Null()]),
    },
  ),
  message: act('Shows a text on seats; without `seats` on all.', {
    key,
    seats: Type.Optional(Type.Array(seat, { minItems: 1, maxItems: 500 })),
    text: Text,
  }),

  'members.add': act('A new member; the answer has its id and number.', {
    key,
    name: TypedNameShape,
    group: SlugShape,
    ageBand: Type.Optional(SlugShape),
    pin: Type.Optional(Pin),
    note: Type.Optional(Type.String({ maxLength: 200 })),
  }),
  'members.edit': act('Sets the fields of a member; one that is left out is taken away; the PIN stays.', {
    key,
    version,
    member,
    name: TypedNameShape,
    group: SlugShape,
    ageBand: Type.Optional(SlugShape),
    pin: Type.Optional(Pin),
    note: Type.Optional(Type.String({ maxLength: 200 })),
  }),
  'members.top-up': act('Money onto a wallet; a bonus goes to the bonus balance and needs the role for it.', {
    key,
    member,
    minor: PositiveMinorShape,
    bonusMinor: Type.Optional(PositiveMinorShape),
    pay: Type.Union([Type.Literal('cash'), Type.Literal('card')]),
  }),
  'codes.sell': act(
    'Sells a printed code with money on it, or with a package for which it then holds the price: one of the two.',
    { key, ...worth, pay: overCounter, days },
  ),
  'codes.batch': act(
    'Makes codes to be printed and kept at the desk. They are worth nothing until each is sold (`codes.activate`), and then for `days`. `secret` of the answer: the codes, a line each.',
    {
      key,
      name: TypedNameShape,
      count: Type.Integer({ minimum: 1, maximum: 200 }),
      ...worth,
      days,
    },
  ),
  'codes.activate': act('Sells a code of a batch: from now on it holds its price.', {
    key,
    code: GuestCodeShape,
    pay: overCounter,
  }),
  'codes.withdraw': act('Puts away what was not sold of a batch.', { key, batch: BatchIdShape, reason: ReasonShape }),

  'shift.open': act(
    'Opens the till with what lies in the drawer. By a person with a wallet that is logged in: a program has no drawer and is told FORBIDDEN.',
    { key, floatMinor: MinorShape },
  ),
  'shift.paid-in': act('Cash into the drawer that no customer paid.', {
    key,
    minor: PositiveMinorShape,
    reason: ReasonShape,
  }),
  'shift.paid-out': act('Cash out of the drawer to no customer; no more than lies there.', {
    key,
    minor: PositiveMinorShape,
    reason: ReasonShape,
  }),
  'shift.close': act(
    "Counts the drawer and closes the shift that was seen, as it was seen: STALE_VERSION when money moved since. A variance needs a reason. Another's shift: managers only. By a person, as `shift.open`. `signature`: by whoever closes, over the text of src/cafe/till-close.ts (EIP-191).",
    {
      key,
      shift: ShiftIdShape,
      version,
      count: Type.Array(exact({ minor: PositiveMinorShape, pieces: Type.Integer({ minimum: 0, maximum: 100_000 }) }), {
        maxItems: 30,
      }),
      reason: Type.Optional(ReasonShape),
      note: Type.Optional(Type.String({ maxLength: 1_000 })),
      signature: Type.Optional(SignatureShape),
    },
  ),
  void: act(
    'Takes back a payment as a whole, soon after it was made. On a seat that still plays it ends play and waives its time.',
    { key, receipt, reason: ReasonShape },
  ),
  refund: act('Gives part of a payment back.', { key, receipt, minor: PositiveMinorShape, reason: ReasonShape }),

  'api-keys.add': act(
    'Makes a key for another program, with a role below owner; the secret is shown once, in the answer.',
    { key, id: SlugShape, role: CafeRoleShape },
  ),
  'api-keys.remove': act('The key is good no more.', { key, id: SlugShape, reason: ReasonShape }),
  'webhooks.add': act(
    'Calls `url` (HTTPS, or loopback) after each act of the given names (as in the address, with dots for slashes; also what seats and hub do by themselves: `time-up`, `lapse`, `node-lost`, `node-back`, `page-lost`, `page-back`, `played`, `put-away`, `kiosk.start`, `kiosk.enrol`, `kiosk.doubled`, `kiosk.single`, `kiosk.idle`, `kiosk.back`; `*`: all); the secret signs and is shown once.',
    {
      key,
      id: SlugShape,
      url: HookUrlShape,
      acts: Type.Array(NameShape, { minItems: 1, maxItems: 60 }),
    },
  ),
  'webhooks.remove': act('No more calls. For a new secret remove it and add it again under the same `id`.', {
    key,
    id: SlugShape,
    reason: ReasonShape,
  }),
} as const;

/** One of the keys above; in an address its dots are slashes. */
export type CafeActName = keyof typeof cafeActs;
/** What is posted for it. */
export type CafeActBody<N extends CafeActName> = Type.Static<(typeof cafeActs)[N]>;

/** What the hub does by itself, and what happens at a seat's own page: never posted, but in the audit. */
export const hubActs = [
  'create',
  'time-up',
  'lapse',
  'node-lost',
  'node-back',
  'page-lost',
  'page-back',
  'played',
  'kiosk.start',
  'kiosk.enrol',
  'kiosk.doubled',
  'kiosk.single',
  'kiosk.idle',
  'kiosk.back',
  'put-away',
] as const;
/** One of them. */
export type HubAct = (typeof hubActs)[number];

/** What every act answers: all that it changed. `repeated`: the key had been used for this very act before. */
export const CafeActAnswerShape = exact({
  rev: Type.Integer({ minimum: 0 }),
  repeated: Type.Boolean(),
  seats: Type.Array(SeatViewShape),
  receipts: Type.Array(CafeReceiptShape),
  shift: Type.Optional(ShiftViewShape),
  member: Type.Optional(MemberViewShape),
  code: Type.Optional(CodeViewShape),
  /** A new secret, shown this once; not in the answer to a repeat. */
  secret: Type.Optional(Type.String()),
  settingsVersion: Type.Optional(VersionShape),
});
export type CafeActAnswer = Type.Static<typeof CafeActAnswerShape>;

/** What a webhook is called with: what the act answered, without its `secret`. */
export const CafeCallShape = exact({
  cafe: CafeIdShape,
  act: Type.String({ description: 'As `acts` of the webhook names it.' }),
  rev: Type.Integer({ minimum: 0, description: 'Of the café; it grows by one with each act.' }),
  atMs: MsShape,
  answer: CafeActAnswerShape,
});

/** POST /api/cafe: a new site. The caller becomes its owner. */
export const NewCafeShape = exact({ key, settings: CafeSettingsShape });
/** A kiosk's first words: the address of the key with which this device will sign vouchers. */
export const KioskHelloShape = exact({ deviceKey: AddressShape });
/** POST /api/cafe-kiosk/enrol: the line of the enrolment file that belongs to this PC. */
export const KioskEnrolShape = exact({
  cafe: CafeIdShape,
  seat,
  secret: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
  deviceKey: AddressShape,
});
/** POST /api/cafe-kiosk/here: this line, by the number that the hub gave it, is alive. */
export const KioskHereShape = exact({ line: Type.Integer({ minimum: 0 }) });
/** POST /api/cafe-kiosk/ticket: opens /ws/play once for the tab on this seat, with the consent that its owner signed. */
export const KioskTicketShape = exact({
  ticket: TokenShape,
  /** The account that pays. */
  player: PlayerIdShape,
  consent: Type.Optional(ConsentShape),
  consentSignature: Type.Optional(SignatureShape),
  keyProof: Type.Optional(KeyProofShape),
});
export type KioskTicket = Type.Static<typeof KioskTicketShape>;
