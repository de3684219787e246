// src/pool/probe-ticket.ts - leave to measure the path to one node: 30 s, one player, each path once. Stateless: the hub
// signs it and keeps only which ones were used.
import type { GameId, NodeId, PlayerId } from '../base/ids.ts';
import { timings } from '../protocol/limits.ts';

/** Signs text with a key of the hub; the same text always gives the same signature. */
export type Sign = (text: string) => string;

/** What a good ticket gives leave for. */
export type ProbeLeave = { readonly node: NodeId; readonly game: GameId };

const text = (player: PlayerId, fields: string): string => `probe ${player} ${fields}`;

/**
 * Makes a ticket.
 * @param unique random text without dots, so that two plans give two tickets
 * @param wallMs Unix milliseconds
 */
export function makeProbeTicket(
  leave: ProbeLeave & { readonly player: PlayerId },
  unique: string,
  wallMs: number,
  sign: Sign,
): string {
  const fields = [leave.node, leave.game, (wallMs + timings.probeTicketMs).toString(36), unique].join('.');
  return `${fields}.${sign(text(leave.player, fields))}`;
}

/** Reads a ticket that `player` shows; `undefined` when it is not his, not ours or too old. */
export function readProbeTicket(
  ticket: string,
  player: PlayerId,
  wallMs: number,
  sign: Sign,
  same: (a: string, b: string) => boolean,
): ProbeLeave | undefined {
  const cut = ticket.lastIndexOf('.');
  const fields = ticket.slice(0, Math.max(0, cut));
  if (!same(sign(text(player, fields)), ticket.slice(cut + 1))) return undefined;
  const [node, game, untilMs] = fields.split('.');
  return wallMs < Number.parseInt(untilMs ?? '', 36) ? { node: node as NodeId, game: game as GameId } : undefined;
}
