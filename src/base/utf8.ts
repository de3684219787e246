// src/base/utf8.ts - text to bytes and back, strictly. Both globals exist in every runtime we use; they are declared
// here because rings 0-3 compile without the types of Node or of the DOM.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new (label: 'utf-8', options: { fatal: true }) => { decode(bytes: Uint8Array): string };

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Text as UTF-8. A lone surrogate becomes U+FFFD. */
export function toUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** UTF-8 as text, or `undefined` when the bytes are not UTF-8 (RFC 3629). */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined; // Peers choose the bytes, so a bad one is no bug of ours.
  }
}
