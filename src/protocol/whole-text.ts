// src/protocol/whole-text.ts - text that everything can hold that we keep it in. Postgres takes neither NUL nor half of a
// surrogate pair; its error would count as a mistake of ours, which ends the process, and peers choose what they send.

const isWhole = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/** Whether every text in a decoded value, names of fields included, is whole. Not recursive: peers choose the depth. */
export function hasWholeText(value: unknown): boolean {
  const left: unknown[] = [value];
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one === 'string' && !isWhole(one)) return false;
    if (typeof one !== 'object' || one === null || ArrayBuffer.isView(one)) continue;
    for (const [name, inside] of Object.entries(one)) {
      if (!isWhole(name)) return false;
      left.push(inside);
    }
  }
  return true;
}
