// clients/web/src/ui/read-address.ts - an address as somebody types or pastes it.
import type { Address } from '../../../../src/protocol/typed-data.ts';

/** The address in lower case, as the hub takes it; `undefined` for what is none. */
export function readAddress(text: string): Address | undefined {
  const typed = text.trim().toLowerCase();
  return /^0x[0-9a-f]{40}$/.test(typed) ? `0x${typed.slice(2)}` : undefined;
}
