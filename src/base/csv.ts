// src/base/csv.ts - rows as CSV (RFC 4180) that a spreadsheet opens as text and numbers, never as a formula.

/** What spreadsheets take for the begin of a formula, full-width letters of Chinese keyboards included. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
/** The one text that may begin so and stay a number: an amount below zero, in whole units. */
const BELOW_ZERO = /^-\d+$/;

/** What a cell may hold; nothing for `undefined`. */
export type CsvCell = string | number | undefined;

function cell(value: CsvCell): string {
  const text = value === undefined ? '' : String(value);
  const tame = FORMULA.test(text) && !BELOW_ZERO.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame;
}

/** What a file begins with: without it Excel reads UTF-8 as something else. */
export const CSV_MARK = '\uFEFF';

/** One row, ended by CRLF. */
export function csvLine(row: readonly CsvCell[]): string {
  return `${row.map(cell).join(',')}\r\n`;
}

/** A whole file. */
export function csvOf(rows: readonly (readonly CsvCell[])[]): string {
  return `${CSV_MARK}${rows.map(csvLine).join('')}`;
}
