// src/protocol/node-bench.ts - what a machine measured of itself: encoders by picture size, how many sessions it carries, and
// its line to the hub and to each relay. Figures only; what is good enough is the hub's to say (pool/bench-verdicts.ts).
import Type from 'typebox';
import { pictureLimits } from './limits.ts';
import { CodecShape, DurationShape, exact, MsShape, NameShape, ShareShape } from './shapes.ts';

/** Lines of the picture sizes that are measured, smallest first. */
export const BENCH_HEIGHTS = [720, 1_080, 1_440] as const;
/** Most encoders, and most relays, in one bench. */
const ENCODERS_MAX = 8;
const RELAYS_MAX = 16;

/** Pictures encoded one after another, as fast as it goes. */
const EncodeShape = exact({
  encoder: NameShape,
  codec: CodecShape,
  height: Type.Integer({ minimum: 1, maximum: pictureLimits.heightMax }),
  fps: Type.Number({ minimum: 0, maximum: 100_000 }),
  /** Nineteen of twenty pictures took no longer. */
  msPerFrame: DurationShape,
});

/** What stands between the machine and the internet, as its address looks from outside (RFC 4787 section 4.1). */
const NatShape = Type.Union([
  /** Relays see an address of the machine itself. */
  Type.Literal('none'),
  /** One address and port for everybody. */
  Type.Literal('endpoint-independent'),
  /** Another one for each relay: nobody finds the machine by it. */
  Type.Literal('dependent'),
  /** Some translation; with one relay its kind cannot be told. */
  Type.Literal('unknown'),
  /** No relay answered over UDP. */
  Type.Literal('blocked'),
]);

/** One bench. What could not be measured is absent. */
export const NodeBenchShape = exact({
  atMs: MsShape,
  /** Version of the agent that measured. */
  version: NameShape,
  encodes: Type.Array(EncodeShape, { maxItems: ENCODERS_MAX * BENCH_HEIGHTS.length }),
  /** Sessions of the built-in game that kept their promise side by side; `most` were tried. */
  sessions: exact({
    count: Type.Integer({ minimum: 0, maximum: 64 }),
    most: Type.Integer({ minimum: 1, maximum: 64 }),
  }),
  /** To the hub, over one connection. */
  uploadMbps: Type.Optional(Type.Number({ minimum: 0, maximum: 1e6 })),
  nat: Type.Optional(NatShape),
  /** Over UDP. No `rttMs` where none of the questions was answered. */
  relays: Type.Array(exact({ name: NameShape, rttMs: Type.Optional(DurationShape), loss: ShareShape }), {
    maxItems: RELAYS_MAX,
  }),
});
export type NodeBench = Type.Static<typeof NodeBenchShape>;

/** GET /api/bench/relays: whom a machine may ask for its address, without a login. */
export const BenchRelaysShape = exact({
  relays: Type.Array(
    exact({
      name: NameShape,
      region: NameShape,
      /** `HOST:PORT` of each listening UDP port. */
      udp: Type.Array(Type.String({ maxLength: 300 }), { maxItems: 64 }),
    }),
    { maxItems: RELAYS_MAX },
  ),
});
export type BenchRelays = Type.Static<typeof BenchRelaysShape>;

/** POST /api/bench/upload: how much of the body came, and how long that took from its first byte to its last. */
export const BenchUploadShape = exact({ bytes: MsShape, ms: DurationShape });

/** Longest body of it. */
export const BENCH_UPLOAD_BYTES = 16 * 1024 * 1024;
