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

/** Acts and their bodies. */
export const cafeActs = {
  /** Replaces the settings as a whole. Running tabs keep the prices they began with. */
  settings: exact({ key, version, settings: CafeSettingsShape }),
  /** Gives a wallet a role, or takes it away with null. The last owner stays. `name`: what colleagues call them; absent: as before. */
  staff: exact({
    key,
    wallet: PlayerIdShape,
    role: Type.Union([CafeRoleShape, Type.Null()]),
    name: Type.Optional(TypedNameShape),
    reason: ReasonShape,
  }),

  'seats.add': exact({
    key,
    seats: Type.Array(exact({ seat, name: TagShape, zone: SlugShape, place }), { minItems: 1, maxItems: 200 }),
  }),
  'seats.edit': exact({ key, version, seat, name: TagShape, zone: SlugShape, place }),
  'seats.remove': exact({ key, version, seat, reason: ReasonShape }),
  /** Ties the device that shows this code to the seat. */
  'seats.pair': exact({ key, version, seat, code: Type.String({ pattern: '^[0-9]{6}$' }) }),
  'seats.unpair': exact({ key, version, seat, reason: ReasonShape }),
  /**
   * Which PC is which seat, for PCs without a disk: `host` is its name or its MAC address, in small letters. `secret` of the
   * answer is the enrolment file of these seats; a seat that keeps its host keeps its line.
   */
  'seats.enrol': exact({
    key,
    seats: Type.Array(exact({ seat, host: Type.String({ pattern: '^[a-z0-9][a-z0-9.:-]{0,62}$' }) }), {
      minItems: 1,
      maxItems: 200,
    }),
  }),
  /** Takes a line of the file back: it was lost, or the PC is another seat's now. */
  'seats.unenrol': exact({ key, seat, reason: ReasonShape }),
  /**
   * The owner's signed consent for all devices that shall play today: `consent.sessionKey` is what `keys` are joined to
   * (session-keys.ts). For a key that had one before, the newer counts.
   */
  'seats.consent': exact({
    key,
    consent: ConsentShape,
    signature: SignatureShape,
    keys: Type.Array(AddressShape, { minItems: 1, maxItems: 1_000, uniqueItems: true }),
  }),

  start: exact({
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
  }),
  extend: exact({ key, version, seat, buy: BuyShape, pay: PayMethodShape }),
  pause: exact({ key, version, seat, reason: ReasonShape }),
  resume: exact({ key, version, seat }),
  /** The customer, the clock and the running game go to another seat. */
  move: exact({ key, version, seat, to: seat, toVersion: version }),
  swap: exact({ key, version, seat, with: seat, withVersion: version }),
  /** Ends play and settles: `pay` is for what is still owed; what was paid too much goes back where it came from. */
  stop: exact({ key, version, seat, pay: PayMethodShape, typedAtMs }),
  /** Gives played minutes back for a fault that was not the customer's. Above the site's limit for one tab: who may refund. */
  credit: exact({ key, version, seat, minutes: Type.Integer({ minimum: 1, maximum: 600 }), reason: ReasonShape }),
  break: exact({ key, version, seat, reason: ReasonShape }),
  mend: exact({ key, version, seat }),
  reserve: exact({ key, version, seat, label: TypedNameShape, untilMs: MsShape }),
  unreserve: exact({ key, version, seat }),
  /** Ends play on seats at a time within a day, whatever was paid for; null takes that back. Without `seats`: wherever somebody plays. */
  'end-at': exact({
    key,
    seats: Type.Optional(Type.Array(seat, { minItems: 1, maxItems: 500 })),
    atMs: Type.Union([MsShape, Type.Null()]),
  }),
  /** Shows a text on seats; without `seats` on all. */
  message: exact({ key, seats: Type.Optional(Type.Array(seat, { minItems: 1, maxItems: 500 })), text: Text }),

  'members.add': exact({
    key,
    name: TypedNameShape,
    group: SlugShape,
    ageBand: Type.Optional(SlugShape),
    pin: Type.Optional(Pin),
    note: Type.Optional(Type.String({ maxLength: 200 })),
  }),
  'members.edit': exact({
    key,
    version,
    member,
    name: TypedNameShape,
    group: SlugShape,
    ageBand: Type.Optional(SlugShape),
    pin: Type.Optional(Pin),
    note: Type.Optional(Type.String({ maxLength: 200 })),
  }),
  /** Money onto a wallet; a bonus goes to the bonus balance and needs the role for it. */
  'members.top-up': exact({
    key,
    member,
    minor: PositiveMinorShape,
    bonusMinor: Type.Optional(PositiveMinorShape),
    pay: Type.Union([Type.Literal('cash'), Type.Literal('card')]),
  }),
  /** Sells a printed code with money on it, or with a package for which it then holds the price: one of the two. */
  'codes.sell': exact({ key, ...worth, pay: overCounter, days }),
  /**
   * Makes codes to be printed and kept at the desk. They are worth nothing until each is sold (`codes.activate`), and then for
   * `days`. `secret` of the answer: the codes, a line each.
   */
  'codes.batch': exact({
    key,
    name: TypedNameShape,
    count: Type.Integer({ minimum: 1, maximum: 200 }),
    ...worth,
    days,
  }),
  /** Sells a code of a batch: from now on it holds its price. */
  'codes.activate': exact({ key, code: GuestCodeShape, pay: overCounter }),
  /** Puts away what was not sold of a batch. */
  'codes.withdraw': exact({ key, batch: BatchIdShape, reason: ReasonShape }),

  'shift.open': exact({ key, floatMinor: MinorShape }),
  'shift.paid-in': exact({ key, minor: PositiveMinorShape, reason: ReasonShape }),
  'shift.paid-out': exact({ key, minor: PositiveMinorShape, reason: ReasonShape }),
  /**
   * Counts the drawer and closes the shift that was seen, as it was seen: STALE_VERSION when money moved since. A variance needs a
   * reason. Another's shift: managers only.
   */
  'shift.close': exact({
    key,
    shift: ShiftIdShape,
    version,
    count: Type.Array(exact({ minor: PositiveMinorShape, pieces: Type.Integer({ minimum: 0, maximum: 100_000 }) }), {
      maxItems: 30,
    }),
    reason: Type.Optional(ReasonShape),
    note: Type.Optional(Type.String({ maxLength: 1_000 })),
    /** By whoever closes, over the text of src/cafe/till-close.ts (EIP-191). The page always signs. */
    signature: Type.Optional(SignatureShape),
  }),
  /** Takes back a payment as a whole: what it bought must be unspent. */
  void: exact({ key, receipt, reason: ReasonShape }),
  /** Gives part of a payment back. */
  refund: exact({ key, receipt, minor: PositiveMinorShape, reason: ReasonShape }),

  /** Makes a key for another program; the secret is shown once, in the answer. */
  'api-keys.add': exact({ key, id: SlugShape, role: CafeRoleShape }),
  'api-keys.remove': exact({ key, id: SlugShape, reason: ReasonShape }),
  /** Calls `url` (HTTPS, or loopback) after each act of the given kinds; the secret signs and is shown once. */
  'webhooks.add': exact({
    key,
    id: SlugShape,
    url: Type.String({ pattern: '^https?://', maxLength: 300 }),
    acts: Type.Array(NameShape, { minItems: 1, maxItems: 60 }),
  }),
  'webhooks.remove': exact({ key, id: SlugShape, reason: ReasonShape }),
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
