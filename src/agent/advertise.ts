// src/agent/advertise.ts - addresses that differ from the machine's own: a router that forwards ports, a public address
// in front of a private one. A candidate for such an address is the candidate of the socket behind it, renamed; the
// player's checks arrive there and the answers go back by the same way (RFC 8445 section 7.3.1.3).
import { isIP, isIPv6 } from 'node:net';
import { err, ok, type Result } from '../base/result.ts';
import { bounds } from '../protocol/limits.ts';
import type { MediaAddress } from '../protocol/node-messages.ts';
import type { IceCandidate } from '../protocol/shapes.ts';
import { isLoopbackHost } from './addresses.ts';

/** Ports `first..last`, both included. */
export type Ports = { readonly first: number; readonly last: number };
/** One entry of `--advertise`: players reach `local` ports at `address` and `shown`; no ports means all, unchanged. */
export type Forward = {
  readonly address: string;
  readonly ports?: { readonly shown: Ports; readonly local: Ports };
};
/** How this node's own sockets look from outside. */
export type Outside = {
  readonly forwards: readonly Forward[];
  /** Show the forwards only, and never call a player: answer where it calls. */
  readonly only: boolean;
};

const ENTRY =
  /^(?:\[([0-9a-fA-F:.]+)\]|([0-9a-fA-F.]+|[0-9a-fA-F:]+?))(?::(\d{1,5}(?:-\d{1,5})?)=(\d{1,5}(?:-\d{1,5})?))?$/;

function readPorts(text: string): Ports | undefined {
  const [first, last = first] = text.split('-').map(Number);
  if (first === undefined || last === undefined) return undefined;
  return first >= 1 && first <= last && last <= 65_535 ? { first, last } : undefined;
}

/** Reads `ADDRESS` or `ADDRESS:PORTS=LOCAL-PORTS` (an IPv6 address with ports in brackets; both ranges of one size). */
export function readForward(text: string): Result<Forward, 'bad-forward'> {
  const bare = isIP(text) !== 0 ? [text, undefined, text] : ENTRY.exec(text);
  const address = bare?.[1] ?? bare?.[2] ?? '';
  if (isIP(address) === 0) return err('bad-forward');
  const [shownText, localText] = [bare?.[3], bare?.[4]];
  if (shownText === undefined || localText === undefined) return ok({ address });
  const [shown, local] = [readPorts(shownText), readPorts(localText)];
  if (shown === undefined || local === undefined) return err('bad-forward');
  if (shown.last - shown.first !== local.last - local.first) return err('bad-forward');
  return ok({ address, ports: { shown, local } });
}

function shownPort({ ports }: Forward, port: number): number | undefined {
  if (ports === undefined) return port;
  return port >= ports.local.first && port <= ports.local.last
    ? ports.shown.first + port - ports.local.first
    : undefined;
}

/** A forward leads to a socket of its own family, and from loopback only to loopback. */
function leadsTo(forward: Forward, address: string): boolean {
  return isIPv6(forward.address) === isIPv6(address) && isLoopbackHost(forward.address) === isLoopbackHost(address);
}

type Fields = { readonly words: readonly string[]; readonly address: string; readonly port: number };

/** RFC 8839 section 5.1: foundation, component, transport, priority, address, port, 'typ', type. */
function readHostCandidate(text: string): Fields | undefined {
  const words = text.split(' ');
  const [, , transport, , address, port, , type] = words;
  if (transport?.toLowerCase() !== 'udp' || type !== 'host' || address === undefined) return undefined;
  return { words, address, port: Number(port) };
}

/** The texts that stand for one candidate of ours: itself, unless hidden, and one for each forward that leads to it. */
function shownTexts(text: string, { forwards, only }: Outside): string[] {
  const fields = readHostCandidate(text);
  if (fields === undefined) return only ? [] : [text];
  const shown = only ? [] : [text];
  forwards.forEach((forward, index) => {
    const port = leadsTo(forward, fields.address) ? shownPort(forward, fields.port) : undefined;
    if (port === undefined) return;
    const [foundation, component, transport, priority, , , ...rest] = fields.words;
    // One step of local preference below its base each: on the machine's own network the short way wins.
    const lower = Math.max(1, Number(priority) - 256 * (index + 1));
    shown.push([`${foundation}f${index}`, component, transport, lower, forward.address, port, ...rest].join(' '));
  });
  return shown;
}

/** What players are told instead of one trickled candidate of ours; the end mark (null) stays. */
export function shownCandidates(candidate: IceCandidate, outside: Outside): IceCandidate[] {
  if (candidate === null || (outside.forwards.length === 0 && !outside.only)) return [candidate];
  return shownTexts(candidate.candidate, outside).map((text) => ({ ...candidate, candidate: text }));
}

/** An offer with its candidate lines replaced in the same way. */
export function shownSdp(sdp: string, outside: Outside): string {
  if (outside.forwards.length === 0 && !outside.only) return sdp;
  return sdp
    .split('\r\n')
    .flatMap((line) => {
      if (!line.startsWith('a=candidate:')) return [line];
      return shownTexts(line.slice(2), outside).map((text) => `a=${text}`);
    })
    .join('\r\n');
}

/** A page's answer as this node uses it: one that never calls a player has no use for where the player is. */
export function usedAnswer(sdp: string, { only }: Outside): string {
  return only ? sdp.replace(/a=(?:candidate:|end-of-candidates)[^\r\n]*\r?\n/g, '') : sdp;
}

function shownRange(forward: Forward, block: Ports): Ports | undefined {
  if (forward.ports === undefined) return block;
  const first = Math.max(block.first, forward.ports.local.first);
  const last = Math.min(block.last, forward.ports.local.last);
  const shift = forward.ports.shown.first - forward.ports.local.first;
  return first > last ? undefined : { first: first + shift, last: last + shift };
}

/**
 * Where sessions answer, for the hub: it lets the relay reach these and nothing else.
 * @param block every UDP port of this node's slots
 */
export function mediaAddresses(own: readonly string[], block: Ports, outside: Outside): MediaAddress[] {
  const forwarded = outside.forwards.flatMap((forward) => {
    const range = shownRange(forward, block);
    return range === undefined ? [] : [{ address: forward.address, portFirst: range.first, portLast: range.last }];
  });
  const direct = outside.only ? [] : own.map((address) => ({ address, portFirst: block.first, portLast: block.last }));
  return [...forwarded, ...direct].slice(0, bounds.scopePairs);
}
