// src/app/cafe/enrolment.ts - seats of PCs without a disk, which forget the browser's cookie and key at each boot. The site
// exports a file with a line for each PC, by host name or MAC address; the PC's boot script finds its own line and hands it to
// the page. A browser cannot read a MAC address, so the hub believes the line and nothing else. Line and device follow from
// the hub's seal and a salt that is kept: the file can be made again, and a copy of the database opens no seat (ADR-0124).
import type { CafeId } from '../../base/ids.ts';
import type { Seals } from '../ports.ts';
import type { Enrolment } from './state.ts';

type Line = Pick<Enrolment, 'seat' | 'salt'>;

/** What the page of a seat's PC is opened with. */
export const enrolSecret = (seals: Seals, cafe: CafeId, { seat, salt }: Line): string =>
  seals.seal(`cafe-enrol ${cafe} ${seat} ${salt}`);

/** The cookie of whoever shows the line of a seat: the same on every boot, so that two PCs with one line show one identity. */
export const deviceToken = (seals: Seals, cafe: CafeId, { seat, salt }: Line): string =>
  seals.seal(`cafe-enrol-device ${cafe} ${seat} ${salt}`);

/** The file of these seats: host, seat, and what the page is opened with, a line each. */
export function enrolmentFile(seals: Seals, cafe: CafeId, lines: readonly Enrolment[]): string {
  const rows = lines.map(
    (line) => `${line.host}\t${line.seat}\t${cafe}.${line.seat}.${enrolSecret(seals, cafe, line)}`,
  );
  return ['# host\tseat\tkey - whoever reads this file can be these seats', ...rows, ''].join('\n');
}
