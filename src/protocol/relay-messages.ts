// src/protocol/relay-messages.ts - what a relay and the hub say to each other over /ws/relay. The relay decides nothing
// from it: credentials are stateless. It tells the hub where it is and what it carried, and learns which sessions ended.
import Type from 'typebox';
import { CountShape, exact, MsShape, NameShape, SessionIdShape, ShareShape, TokenShape } from './shapes.ts';

/** What a relay may send, by `t`; anything else is refused. */
export const relayToHub = {
  /** `proof`: base64url HMAC-SHA256 by the shared secret over `relayHelloText`. */
  hello: exact({
    t: Type.Literal('hello'),
    v: Type.Integer(),
    proof: TokenShape,
    name: NameShape,
    region: NameShape,
    realm: NameShape,
    /** TURN URLs of one shard (RFC 7065), one entry per shard. */
    shards: Type.Array(
      exact({
        udp: Type.Optional(Type.String({ maxLength: 200 })),
        tcp: Type.Optional(Type.String({ maxLength: 200 })),
        tls: Type.Optional(Type.String({ maxLength: 200 })),
      }),
      { minItems: 1, maxItems: 64 },
    ),
    /** Address and ports its allocations speak from, for scopes from relay to relay. */
    relayAddress: Type.String({ maxLength: 45 }),
    portFirst: Type.Integer({ minimum: 1, maximum: 65_535 }),
    portLast: Type.Integer({ minimum: 1, maximum: 65_535 }),
  }),
  status: exact({
    t: Type.Literal('status'),
    allocations: CountShape,
    load: ShareShape,
    draining: Type.Boolean(),
    deadlineMs: Type.Optional(MsShape),
  }),
  /** Bytes carried for sessions since each began; cumulative. */
  usage: exact({
    t: Type.Literal('usage'),
    sessions: Type.Array(exact({ session: SessionIdShape, toPlayerBytes: CountShape, toNodeBytes: CountShape }), {
      maxItems: 1_000,
    }),
  }),
} as const;

/** What the hub may send to a relay, by `t`. */
export const hubToRelay = {
  challenge: exact({ t: Type.Literal('challenge'), nonce: TokenShape }),
  welcome: exact({ t: Type.Literal('welcome'), v: Type.Integer() }),
  refused: exact({ t: Type.Literal('refused'), code: Type.String({ maxLength: 40 }) }),
  /** The rental ended: delete its allocations now. */
  end: exact({ t: Type.Literal('end'), session: SessionIdShape }),
  /**
   * The rental goes on: allocations of the session may be refreshed until then, whatever the name of their credential
   * says. A browser cannot change the credential of an allocation that lives. Unix seconds.
   */
  extend: exact({ t: Type.Literal('extend'), session: SessionIdShape, expiresAtS: MsShape }),
  /** A user name that was minted: lets its holder hide it behind USERHASH (RFC 8489 section 14.4). Optional. */
  expect: exact({ t: Type.Literal('expect'), username: Type.String({ maxLength: 508 }) }),
  /** Take no new allocations, and stop when none is left or after this many milliseconds. */
  drain: exact({ t: Type.Literal('drain'), deadlineMs: MsShape }),
} as const;

type Shapes<T extends Record<string, Type.TSchema>> = Type.Static<T[keyof T]>;
export type RelayToHub = Shapes<typeof relayToHub>;
export type HubToRelay = Shapes<typeof hubToRelay>;

/** What the relay proves its secret over. */
export function relayHelloText(name: string, nonce: string): string {
  return `Nearcade relay\nname: ${name}\nnonce: ${nonce}`;
}
