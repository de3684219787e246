// clients/web/src/ui/format.ts - numbers as people read them, in the page's language. Money comes as text of whole wei
// and never passes through a floating number.
import { formatDbc } from '../../../../src/base/units.ts';
import { currentLanguage } from '../i18n/index.ts';

/** Keeps a number and its unit on one line. */
const NO_BREAK = '\u00a0';
const cache = new Map<string, Intl.NumberFormat>();

function numbers(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const language = currentLanguage();
  const key = `${language}${JSON.stringify(options)}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat(language, options);
  cache.set(key, made);
  return made;
}

/** A number with at most `digits` decimals. */
export function plain(value: number, digits = 0): string {
  return numbers({ maximumFractionDigits: digits }).format(value);
}

/** A whole number of any size, grouped. */
export function whole(value: bigint): string {
  return numbers({}).format(value);
}

/** Milliseconds of a measurement: '9.3 ms', '14 ms'. */
export function ms(value: number): string {
  return `${plain(value, Math.abs(value) < 9.95 ? 1 : 0)}${NO_BREAK}ms`;
}

/** Wei as DBC without the unit; whole part grouped, at most `decimals` digits after the point, cut. */
export function dbc(wei: string | bigint, decimals = 4, decimalsMin = 0): string {
  const [whole = '0', fraction] = formatDbc(BigInt(wei), decimals, decimalsMin).split('.');
  const point = numbers({ minimumFractionDigits: 1 })
    .formatToParts(0.5)
    .find(({ type }) => type === 'decimal');
  const grouped = numbers({}).format(BigInt(whole));
  return fraction === undefined ? grouped : `${grouped}${point?.value ?? '.'}${fraction}`;
}

/** Millionths of a US dollar; small amounts keep the digits that say something. */
export function usd(micro: number | bigint): string {
  const value = Number(micro) / 1e6;
  const digits = value === 0 || value >= 0.1 ? 2 : value >= 0.001 ? 4 : 6;
  return numbers({
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: digits,
  }).format(value);
}

/** A share as percent. */
export function percent(share: number, digits = 1): string {
  return numbers({ style: 'percent', maximumFractionDigits: digits }).format(share);
}

/** A share in basis points as percent. */
export function basisPoints(bps: number | bigint): string {
  return percent(Number(bps) / 10_000, 2);
}

/** Data rate. */
export function rate(kbps: number): string {
  return kbps < 1_000 ? `${plain(kbps)}${NO_BREAK}kbit/s` : `${plain(kbps / 1_000, 1)}${NO_BREAK}Mbit/s`;
}

function unit(value: number, name: 'hour' | 'minute' | 'second'): string {
  const options = { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: 1 } as const;
  // Simplified Chinese comes without the space that its sentences here have.
  return numbers(options)
    .format(value)
    .replace(/(\d) ?(\p{L})/u, `$1${NO_BREAK}$2`);
}

/** A span of time in its two largest units: '37 min 13 s', '2 hr 5 min'; under ten seconds with a decimal. */
export function span(spanMs: number): string {
  const exact = Math.max(0, spanMs) / 1_000;
  if (exact < 9.95) return unit(Math.floor(exact * 10) / 10, 'second');
  const seconds = Math.floor(exact);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)];
  const parts = hours > 0 ? [unit(hours, 'hour'), minutes] : [minutes > 0 ? unit(minutes, 'minute') : '', seconds % 60];
  const [large = '', small = 0] = parts;
  const rest = Number(small) === 0 ? '' : unit(Number(small), hours > 0 ? 'minute' : 'second');
  return [large, rest].filter((part) => part !== '').join(' ');
}

/** A span as digits for where it runs: '1:02:09', '37:13'. */
export function digits(spanMs: number): string {
  const seconds = Math.max(0, Math.floor(spanMs / 1_000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Whose wall clock is shown: that of a café, or else this browser's. */
let timeZone: string | undefined;

/** From now on times of day are those of a time zone (IANA), without one of this browser. */
export function showTimesOf(zone: string | undefined): void {
  timeZone = zone;
}

function moment(atMs: number, parts: Intl.DateTimeFormatOptions): string {
  const where = timeZone === undefined ? {} : { timeZone };
  return new Intl.DateTimeFormat(currentLanguage(), { ...parts, ...where, hourCycle: 'h23' }).format(atMs);
}

/** Time of day of a Unix time. */
export const clock = (atMs: number): string => moment(atMs, { hour: '2-digit', minute: '2-digit' });

/** Time of day to the second. */
export const clockToSecond = (atMs: number): string =>
  moment(atMs, { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** Day and time of day of a Unix time. */
export const dayAndTime = (atMs: number): string =>
  moment(atMs, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });

/** How long ago, in the largest unit. */
export function ago(pastMs: number): string {
  const relative = new Intl.RelativeTimeFormat(currentLanguage(), { numeric: 'auto' });
  const seconds = Math.round(pastMs / 1_000);
  if (seconds < 60) return relative.format(-seconds, 'second');
  if (seconds < 3_600) return relative.format(-Math.round(seconds / 60), 'minute');
  return seconds < 86_400
    ? relative.format(-Math.round(seconds / 3_600), 'hour')
    : relative.format(-Math.round(seconds / 86_400), 'day');
}
