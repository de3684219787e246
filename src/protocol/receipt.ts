// src/protocol/receipt.ts - what a player is given at the end: every number of the session, what was signed for it, and
// enough to check all of it without asking anybody. Written once, never changed.
import Type from 'typebox';
import { ChoiceShape } from './player-messages.ts';
import {
  AddressShape,
  BadMsShape,
  ConsentShape,
  CountShape,
  DomainShape,
  EndReasonShape,
  exact,
  GameIdShape,
  KeyProofShape,
  LeaseIdShape,
  MsShape,
  NameShape,
  NodeIdShape,
  OpenShape,
  OperatorIdShape,
  PathShape,
  PlayerIdShape,
  QuoteShape,
  SessionIdShape,
  SignatureShape,
  VoucherShape,
  WeiShape,
} from './shapes.ts';

/** More fields than a receipt will ever have. */
const SEALED_FIELDS_MAX = 80;

/** A receipt as JSON. Amounts are wei as decimal text; times are Unix milliseconds. */
export const ReceiptShape = exact({
  v: Type.Literal(1),
  session: SessionIdShape,
  continues: Type.Optional(SessionIdShape),
  player: PlayerIdShape,
  node: NodeIdShape,
  nodeName: NameShape,
  operator: OperatorIdShape,
  region: NameShape,
  game: GameIdShape,
  path: PathShape,
  choice: ChoiceShape,
  startedAtMs: MsShape,
  /** When the first picture was decoded; absent when none was. */
  firstFrameAtMs: Type.Optional(MsShape),
  endedAtMs: MsShape,
  reason: EndReasonShape,
  /** Paid time: the smaller of what node and player counted as good. */
  billedMs: MsShape,
  playerGoodMs: MsShape,
  nodeGoodMs: MsShape,
  /** Time that costs nothing, by cause, as the player's browser counted it. */
  freeMs: BadMsShape,
  quote: QuoteShape,
  costWei: WeiShape,
  /** costWei = burnWei + platformWei + operatorWei. */
  burnWei: WeiShape,
  platformWei: WeiShape,
  operatorWei: WeiShape,
  heldWei: WeiShape,
  releasedWei: WeiShape,
  /** What the burn is here: coins on a chain, or a debt in play money. */
  burned: Type.Union([Type.Literal('play-money'), Type.Literal('owed'), Type.Literal('on-chain')]),
  domain: DomainShape,
  consent: ConsentShape,
  consentSignature: SignatureShape,
  /** How `open.key` belongs to the keys of the consent; absent where the consent names it. */
  keyProof: Type.Optional(KeyProofShape),
  open: exact({ ...OpenShape.properties, key: Type.Optional(AddressShape) }),
  openSignature: Type.Optional(SignatureShape),
  lease: LeaseIdShape,
  voucher: Type.Optional(VoucherShape),
  voucherSignature: Type.Optional(SignatureShape),
  /** What the relay carried, when it did: a witness, never a price. */
  relay: Type.Optional(exact({ toPlayerBytes: CountShape, toNodeBytes: CountShape })),
  receivedBytes: CountShape,
  /** The hub's signature over all the rest (receipt-seal.ts). */
  seal: Type.Optional(
    exact({
      hub: AddressShape,
      sums: Type.Record(NameShape, Type.String({ pattern: '^[0-9a-f]{32}$' }), { maxProperties: SEALED_FIELDS_MAX }),
      signature: SignatureShape,
    }),
  ),
});
export type Receipt = Type.Static<typeof ReceiptShape>;
