// src/agent/slot-messages.ts - what the agent and its slot processes say to each other over their pipe. Mostly the hub's
// own messages, passed on as they are. A slot runs games and parses a player's packets, so its words are checked like a
// stranger's; the agent's are checked too, because one decoder costs less than two habits.
import Type from 'typebox';
import { type MessageCodec, messageCodec } from '../protocol/codec.ts';
import { bounds } from '../protocol/limits.ts';
import { hubToNode, MachineShape, nodeToHub, RunningShape } from '../protocol/node-messages.ts';
import { PlayRecordShape } from '../protocol/play-record.ts';
import {
  DomainShape,
  DurationShape,
  exact,
  GameShape,
  MsShape,
  NodeIdShape,
  SessionIdShape,
  SignatureShape,
} from '../protocol/shapes.ts';

const Path = Type.String({ minLength: 1, maxLength: 4_096 }); // PATH_MAX of Linux.
const Port = Type.Integer({ minimum: 1, maximum: 65_535 });
const Address = Type.String({ minLength: 2, maxLength: 45 });
const PortsShape = exact({ first: Port, last: Port });

/** Where a slot's peers listen, and how that looks from outside (advertise.ts). */
export const SlotNetShape = exact({
  addresses: Type.Array(Address, { maxItems: 16 }),
  ports: PortsShape,
  forwards: Type.Array(
    exact({ address: Address, ports: Type.Optional(exact({ shown: PortsShape, local: PortsShape })) }),
    { maxItems: 16 },
  ),
  only: Type.Boolean(),
});
export type SlotNet = Type.Static<typeof SlotNetShape>;

/** What a slot must know before it warms up. */
export const SlotSetupShape = exact({
  t: Type.Literal('setup'),
  index: Type.Integer({ minimum: 0, maximum: bounds.slotsPerNode - 1 }),
  node: NodeIdShape,
  hub: Type.String({ maxLength: 300 }),
  /** Folder for vouchers and ends (journal.ts). */
  journal: Path,
  /** Folder for saves that the hub has not taken (kept-saves.ts). */
  saves: Path,
  games: Type.Optional(Path),
  /** How X11 games are shut in. */
  sandbox: Type.Union([Type.Literal('auto'), Type.Literal('require'), Type.Literal('off')]),
  /** Who draws X11 games. */
  drawnBy: Type.Union([Type.Literal('card'), Type.Literal('processor')]),
  /** What an X11 session may use. */
  limits: exact({
    memoryMb: Type.Optional(Type.Integer({ minimum: 1 })),
    cpus: Type.Optional(Type.Integer({ minimum: 1 })),
    cardMemoryMb: Type.Optional(Type.Integer({ minimum: 1 })),
    diskMb: Type.Optional(Type.Integer({ minimum: 1 })),
  }),
  encoder: Type.Union(['auto', 'nvenc', 'vaapi', 'x264', 'vp8'].map((word) => Type.Literal(word))),
  /** Find out what the machine's encoders do; one slot does it for all. */
  probeEncoders: Type.Boolean(),
  net: SlotNetShape,
});
/** As the schema says; TypeBox cannot infer a union built by `map`. */
export type SlotSetup = Omit<Type.Static<typeof SlotSetupShape>, 'encoder'> & { readonly encoder: EncoderWish };
/** The setting `--encoder`. */
export type EncoderWish = 'auto' | 'nvenc' | 'vaapi' | 'x264' | 'vp8';

/** From the agent to a slot, by `t`. */
export const agentToSlot = {
  setup: SlotSetupShape,
  /** The machine's addresses changed; counts for peers made from now on. */
  net: exact({ t: Type.Literal('net'), net: SlotNetShape }),
  start: exact({ t: Type.Literal('start'), start: hubToNode.start, domain: DomainShape, recordsFromMs: MsShape }),
  'probe.open': hubToNode['probe.open'],
  'peer.close': hubToNode['peer.close'],
  sdp: hubToNode.sdp,
  candidate: hubToNode.candidate,
  open: hubToNode.open,
  attach: hubToNode.attach,
  awake: hubToNode.awake,
  restart: hubToNode.restart,
  voucher: hubToNode.voucher,
  relayed: hubToNode.relayed,
  end: hubToNode.end,
} as const;

/** From a slot to the agent, by `t`. */
export const slotToAgent = {
  /** Modules are loaded, an encoder opened, the first picture drawn: a session can start at once. */
  warm: exact({
    t: Type.Literal('warm'),
    encoders: MachineShape.properties.encoders,
    games: Type.Array(GameShape, { maxItems: bounds.gamesPerNode }),
    warmMs: DurationShape,
  }),
  /** Could not warm up. */
  failed: exact({ t: Type.Literal('failed'), detail: Type.String({ maxLength: 300 }) }),
  /** Each second: alive, and what it serves. */
  beat: exact({ t: Type.Literal('beat'), running: Type.Optional(RunningShape) }),
  sdp: nodeToHub.sdp,
  candidate: nodeToHub.candidate,
  'peer.closed': nodeToHub['peer.closed'],
  refused: nodeToHub.refused,
  ready: nodeToHub.ready,
  tick: nodeToHub.tick,
  voucher: nodeToHub.voucher,
  /** A record that the page has signed, or would not in time; the agent signs it with the machine's key. */
  record: exact({
    t: Type.Literal('record'),
    session: SessionIdShape,
    record: PlayRecordShape,
    playerSignature: Type.Optional(SignatureShape),
  }),
  saved: nodeToHub.saved,
  ended: nodeToHub.ended,
} as const;

type Shapes<T extends Record<string, Type.TSchema>> = Type.Static<T[keyof T]>;
export type AgentToSlot = Exclude<Shapes<typeof agentToSlot>, { t: 'setup' }> | SlotSetup;
export type SlotToAgent = Shapes<typeof slotToAgent>;

/** Largest message on the pipe: `warm` with 200 games is some 200 kB. */
const PIPE_MESSAGE_BYTES = 512 * 1024;

/** The agent's end of the pipe. */
export const agentPipe: MessageCodec<SlotToAgent, AgentToSlot> = messageCodec(slotToAgent, PIPE_MESSAGE_BYTES);
/** The slot's end of the pipe. */
export const slotPipe: MessageCodec<AgentToSlot, SlotToAgent> = messageCodec(agentToSlot, PIPE_MESSAGE_BYTES);

/** Cuts text that a message may carry: details come from programs we do not write. */
export function detailText(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).slice(0, 300);
}
