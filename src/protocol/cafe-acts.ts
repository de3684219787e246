// src/protocol/cafe-acts.ts - everything that can be done in a café, one row an act: POST /api/cafe/:cafe/<act>, dots as
// slashes. Each body carries a key (the same key acts once, for ever) and, where it changes a thing that others change
// too, the version it saw. Who may do what: src/cafe/roles.ts.
import Type from 'typebox';
import { CafeSettingsShape } from './cafe-settings.ts';
import {
  BuyShape,
  CafeRoleShape,
  MemberIdShape,
  MinorShape,
  PayMethodShape,
  PositiveMinorShape,
  ReasonShape,
  SeatNumberShape,
  SlugShape,
  VersionShape,
  WhoShape,
} from './cafe-shapes.ts';
import { CafeReceiptShape, CodeViewShape, MemberViewShape, SeatViewShape, ShiftViewShape } from './cafe-things.ts';
import {
  AddressShape,
  ConsentShape,
  exact,
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
const SeatName = Type.String({ maxLength: 40 });

/** Acts and their bodies. */
export const cafeActs = {
  /** Replaces the settings as a whole. Running tabs keep the prices they began with. */
  settings: exact({ key, version, settings: CafeSettingsShape }),
  /** Gives a wallet a role, or takes it away with null. The last owner stays. */
  staff: exact({ key, wallet: PlayerIdShape, role: Type.Union([CafeRoleShape, Type.Null()]), reason: ReasonShape }),

  'seats.add': exact({
    key,
    seats: Type.Array(exact({ seat, name: SeatName, zone: SlugShape, place }), { minItems: 1, maxItems: 200 }),
  }),
  'seats.edit': exact({ key, version, seat, name: SeatName, zone: SlugShape, place }),
  'seats.remove': exact({ key, version, seat, reason: ReasonShape }),
  /** Ties the device that shows this code to the seat. */
  'seats.pair': exact({ key, version, seat, code: Type.String({ pattern: '^[0-9]{6}$' }) }),
  'seats.unpair': exact({ key, version, seat, reason: ReasonShape }),
  /** The owner's signed consents, one for the key of each device that shall play today; a newer one takes its place. */
  'seats.consent': exact({
    key,
    consents: Type.Array(exact({ consent: ConsentShape, signature: SignatureShape }), { minItems: 1, maxItems: 60 }),
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
  /** Gives played minutes back for a fault that was not the customer's. */
  credit: exact({ key, version, seat, minutes: Type.Integer({ minimum: 1, maximum: 600 }), reason: ReasonShape }),
  break: exact({ key, version, seat, reason: ReasonShape }),
  mend: exact({ key, version, seat }),
  reserve: exact({ key, version, seat, label: NameShape, untilMs: MsShape }),
  unreserve: exact({ key, version, seat }),
  /** Shows a text on seats; without `seats` on all. */
  message: exact({ key, seats: Type.Optional(Type.Array(seat, { minItems: 1, maxItems: 500 })), text: Text }),

  'members.add': exact({
    key,
    name: NameShape,
    group: SlugShape,
    ageBand: Type.Optional(SlugShape),
    pin: Type.Optional(Pin),
    note: Type.Optional(Type.String({ maxLength: 200 })),
  }),
  'members.edit': exact({
    key,
    version,
    member,
    name: NameShape,
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
  /** Sells a printed code with money on it. */
  'codes.sell': exact({
    key,
    minor: PositiveMinorShape,
    pay: Type.Union([Type.Literal('cash'), Type.Literal('card')]),
    days: Type.Integer({ minimum: 1, maximum: 366 }),
  }),

  'shift.open': exact({ key, floatMinor: MinorShape }),
  'shift.paid-in': exact({ key, minor: PositiveMinorShape, reason: ReasonShape }),
  'shift.paid-out': exact({ key, minor: PositiveMinorShape, reason: ReasonShape }),
  /** Counts the drawer and closes. A variance needs a reason. Another's shift: managers only. */
  'shift.close': exact({
    key,
    version,
    count: Type.Array(exact({ minor: PositiveMinorShape, pieces: Type.Integer({ minimum: 0, maximum: 100_000 }) }), {
      maxItems: 30,
    }),
    reason: Type.Optional(ReasonShape),
    note: Type.Optional(Type.String({ maxLength: 1_000 })),
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
/** POST /api/cafe-kiosk/ticket: opens /ws/play once for the tab on this seat, with the consent that its owner signed. */
export const KioskTicketShape = exact({
  ticket: TokenShape,
  /** The account that pays. */
  player: PlayerIdShape,
  consent: Type.Optional(ConsentShape),
  consentSignature: Type.Optional(SignatureShape),
});
export type KioskTicket = Type.Static<typeof KioskTicketShape>;
