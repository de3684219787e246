// clients/web/src/pages/kiosk/use-kiosk.ts - the seat of this device, as it changes; before it has one, the six digits to type
// at the desk. The device is known by a cookie that no script reads; its key stays here.
import { useEffect, useState } from 'react';
import { assert } from '../../../../../src/base/assert.ts';
import { fromHex, toHex } from '../../../../../src/base/bytes.ts';
import { bodyDecoder } from '../../../../../src/protocol/body-decoder.ts';
import { CafeActAnswerShape } from '../../../../../src/protocol/cafe-acts.ts';
import { type Kiosk, KioskCodeShape, KioskShape } from '../../../../../src/protocol/cafe-api.ts';
import { addressOf, privateKeyFrom } from '../../../../../src/protocol/typed-data.ts';
import { ask, need } from '../../player/api.ts';
import { randomBytes } from '../../player/ids.ts';

const STORE = 'nearcade.seat-key';
const AGAIN_MS = 2_000;

const decodeKiosk = bodyDecoder(KioskShape);
const decodeCode = bodyDecoder(KioskCodeShape);
const decodeAnswer = bodyDecoder(CafeActAnswerShape);

/** The key of this device, made when it has none. It signs the vouchers of whoever plays here. */
export function deviceKey(): Uint8Array {
  const kept = privateKeyFrom(fromHex(localStorage.getItem(STORE) ?? '') ?? new Uint8Array(0));
  const key = kept ?? privateKeyFrom(randomBytes(32));
  assert(key !== undefined, 'random bytes are a key but for one draw in 2^128');
  localStorage.setItem(STORE, toHex(key));
  return key;
}

/** How a customer begins at the seat. */
export type Begin =
  | { readonly by: 'code'; readonly code: string }
  | { readonly by: 'member'; readonly member: string; readonly pin: string };

/** Begins; refused as the desk would be. */
export const begin = (body: Begin) => ask('/api/cafe-kiosk/start', decodeAnswer, { method: 'POST', body });

/** What the device shows. `code`: the digits, while it belongs nowhere. `aheadMs`: the hub's clock less this one. */
export type KioskState = { readonly kiosk: Kiosk; readonly code: string | undefined; readonly aheadMs: number };

/** The seat of this device; nothing until the hub was heard. */
export function useKiosk(): KioskState | undefined {
  const [state, setState] = useState<KioskState>();
  useEffect(() => {
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gone = false;
    let code: { readonly code: string; readonly expiresAtMs: number } | undefined;
    const later = (): void => {
      source?.close();
      clearTimeout(timer);
      if (!gone) timer = setTimeout(() => void start(), AGAIN_MS);
    };
    const show = (kiosk: Kiosk): void => {
      if (kiosk.seat === undefined && code !== undefined && kiosk.nowMs >= code.expiresAtMs) later();
      const digits = kiosk.seat === undefined ? code?.code : undefined;
      setState({ kiosk, code: digits, aheadMs: kiosk.nowMs - Date.now() });
    };
    const hear = ({ data }: MessageEvent<string>): void => {
      const kiosk = decodeKiosk(JSON.parse(data));
      if (kiosk.ok) show(kiosk.value);
      else later();
    };
    async function start(): Promise<void> {
      try {
        const kiosk = await need(ask('/api/cafe-kiosk', decodeKiosk));
        if (kiosk.seat === undefined) {
          const hello = { method: 'POST', body: { deviceKey: addressOf(deviceKey()) } } as const;
          code = await need(ask('/api/cafe-kiosk', decodeCode, hello));
        }
        if (gone) return;
        show(kiosk);
        source = new EventSource('/api/cafe-kiosk/live');
        source.onmessage = hear;
        source.onerror = later;
      } catch {
        later(); // An outage: the seat asks until the hub is back.
      }
    }
    void start();
    return () => {
      gone = true;
      source?.close();
      clearTimeout(timer);
    };
  }, []);
  return state;
}
