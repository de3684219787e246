// src/stream/remote-candidates.ts - which of a page's ICE candidates we try. Names are not looked up: Chromium hides its
// host addresses behind mDNS names that only its own network could resolve, and a peer must not make us query DNS.
import { isIP } from 'node:net';
import { bounds } from '../protocol/limits.ts';

// candidate:FOUNDATION COMPONENT TRANSPORT PRIORITY ADDRESS PORT typ TYPE ... (RFC 8839 section 5.1)
const GRAMMAR = /^(?:a=)?candidate:[^ ]+ 1 udp \d+ ([^ ]+) (\d+) typ (?:host|srflx|prflx|relay)(?: |$)/i;

/** True for a UDP candidate with an address and a port; TCP, names and anything else are left out. */
export function isUsableCandidate(candidate: string): boolean {
  if (candidate.length > bounds.candidateChars) return false;
  const [, address = '', port = '0'] = GRAMMAR.exec(candidate) ?? [];
  return isIP(address) !== 0 && Number(port) >= 1 && Number(port) <= 65_535;
}

/** The description without candidates that we do not try and with at most `max` of those that we do. */
export function keepUsableCandidates(sdp: string, max: number): string {
  let kept = 0;
  return sdp
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('a=candidate:') || (isUsableCandidate(line) && ++kept <= max))
    .join('\r\n');
}
