// clients/web/src/pages/cafe/host-list.ts - which PC is which seat, as somebody types or pastes it: a seat and a host name or a
// MAC address on each line.
import { narrow } from './typed-number.ts';

/** A line that can be enrolled. */
export type HostLine = { readonly seat: string; readonly host: string };
/** A line that cannot: its number, counted from 1, its text and why. */
export type BadLine = { readonly line: number; readonly text: string; readonly why: 'form' | 'seat' | 'twice' };

const MAC = /^([0-9a-f]{2})[-:]?([0-9a-f]{2})[-:]?([0-9a-f]{2})[-:]?([0-9a-f]{2})[-:]?([0-9a-f]{2})[-:]?([0-9a-f]{2})$/;
const HOST = /^[a-z0-9][a-z0-9.:-]{0,62}$/;

/** A host as a PC's boot script has it: lower case, a MAC address with colons. */
export function hostOf(text: string): string | undefined {
  const lower = text.toLowerCase();
  const mac = MAC.exec(lower);
  if (mac !== null) return mac.slice(1).join(':');
  return HOST.test(lower) ? lower : undefined;
}

/** Reads the list. Empty lines and what follows a `#` are nothing. */
export function readHosts(
  text: string,
  seats: ReadonlySet<string>,
): { readonly lines: readonly HostLine[]; readonly bad: readonly BadLine[] } {
  const lines: HostLine[] = [];
  const bad: BadLine[] = [];
  const taken = new Set<string>();
  for (const [at, raw] of text.split(/\r?\n/).entries()) {
    const line = narrow(raw.replace(/#.*/, ''));
    if (line === '') continue;
    const [seat = '', written = '', ...more] = line.split(/[\s,;]+/);
    const host = more.length === 0 ? hostOf(written) : undefined;
    const why =
      host === undefined
        ? 'form'
        : !seats.has(seat)
          ? 'seat'
          : taken.has(seat) || taken.has(host)
            ? 'twice'
            : undefined;
    if (why !== undefined || host === undefined) {
      bad.push({ line: at + 1, text: line.slice(0, 60), why: why ?? 'form' });
      continue;
    }
    taken.add(seat).add(host);
    lines.push({ seat, host });
  }
  return { lines, bad };
}
