// src/server/http/csv.ts - rows as CSV (RFC 4180) that a spreadsheet opens as text and numbers, never as a formula.

const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^-?\d+(\.\d+)?$/;

function cell(value: string | number | undefined): string {
  const text = value === undefined ? '' : String(value);
  const tame = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame;
}

/** The rows, each ended by CRLF, after a byte order mark: without it Excel reads UTF-8 as something else. */
export function csvOf(rows: readonly (readonly (string | number | undefined)[])[]): string {
  return `\uFEFF${rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`;
}
