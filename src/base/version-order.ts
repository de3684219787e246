// src/base/version-order.ts - which of two versions is the older one, by the numbers at their beginning: '0.9.2' is older than '0.10'.

const NUMBERS = /^\d+(\.\d+)*/;

/** True when `version` is older than `than`. False where one of them begins with no number: then nobody can tell. */
export function isOlder(version: string, than: string): boolean {
  const [ours, theirs] = [version, than].map((text) => NUMBERS.exec(text)?.[0].split('.').map(Number));
  if (ours === undefined || theirs === undefined) return false;
  for (let at = 0; at < Math.max(ours.length, theirs.length); at++) {
    const [a, b] = [ours[at] ?? 0, theirs[at] ?? 0];
    if (a !== b) return a < b;
  }
  return false;
}
