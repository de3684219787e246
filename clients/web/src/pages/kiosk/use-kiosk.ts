// clients/web/src/pages/kiosk/use-kiosk.ts - the seat of this device, as it changes; before it has one, the six digits to type
// at the desk. The device is known by a cookie that no script reads; its key stays here.
import { useEffect, useState } from 'react';
import { assert } from '../../../../../src/base/assert.ts';
import { fromHex, toHex } from '../../../../../src/base/bytes.ts';
import { bodyDecoder } from '../../../../../src/protocol/body-decoder.ts';
import { CafeActAnswerShape } from '../../../../../src/protocol/cafe-acts.ts';
import { type Kiosk, type KioskBack, KioskCodeShape, KioskShape } from '../../../../../src/protocol/cafe-api.ts';
import { addressOf, privateKeyFrom, textDigest } from '../../../../../src/protocol/typed-data.ts';
import { ask, need, tell } from '../../player/api.ts';
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

/** Two devices with one identity are told apart from one that came back: only lines that answer count. */
const prove = (line: number) => tell('/api/cafe-kiosk/here', { method: 'POST', body: { line } });

/** How a customer begins at the seat. */
export type Begin =
  | { readonly by: 'code'; readonly code: string }
  | { readonly by: 'member'; readonly number: number; readonly pin: string };

/** Begins; refused as the desk would be. */
export const begin = (body: Begin) => ask('/api/cafe-kiosk/start', decodeAnswer, { method: 'POST', body });

/** A member begins on a seat whose code their phone has read. */
export const join = (body: { readonly link: string; readonly number: number; readonly pin: string }) =>
  ask('/api/cafe-kiosk/join', decodeAnswer, { method: 'POST', body });

/** Nobody is here: the clock stands, where the hub agrees. */
export const standStill = () => ask('/api/cafe-kiosk/idle', decodeAnswer, { method: 'POST' });

/** The customer is back. */
export const goOn = (body: KioskBack) => ask('/api/cafe-kiosk/back', decodeAnswer, { method: 'POST', body });

/**
 * What the device shows. `code`: the digits, while it belongs nowhere. `aheadMs`: the hub's clock less this one.
 * `notEnrolled`: this PC was started with a line of the enrolment file that the hub does not take.
 */
export type KioskState = {
  readonly kiosk: Kiosk;
  readonly code: string | undefined;
  readonly aheadMs: number;
  readonly notEnrolled: boolean;
};

type Line = { readonly cafe: string; readonly seat: string; readonly secret: string };

/** The line of the enrolment file that the boot script put behind `#enrol=`: no server on the way sees it. */
function enrolmentLine(hash: string): Line | undefined {
  const found = /^#enrol=(f_[0-9a-z]{26})\.([A-Za-z0-9-]{1,8})\.([A-Za-z0-9_-]{43})$/.exec(hash);
  const [, cafe, seat, secret] = found ?? [];
  return cafe === undefined || seat === undefined || secret === undefined ? undefined : { cafe, seat, secret };
}

/** The key of a PC without a disk follows from its line: the owner's consent for it holds on the next boot too. */
function keepKeyOf({ secret }: Line): void {
  localStorage.setItem(STORE, textDigest(`nearcade seat key ${secret}`));
}

/** Shows the line, and takes it out of the address where a customer could read it. */
async function enrol(line: Line): Promise<boolean> {
  keepKeyOf(line);
  const hello = { method: 'POST', body: { ...line, deviceKey: addressOf(deviceKey()) } } as const;
  const done = await ask('/api/cafe-kiosk/enrol', decodeKiosk, hello);
  history.replaceState(history.state, '', location.pathname + location.search);
  return done.ok;
}

/** The seat of this device; nothing until the hub was heard. */
export function useKiosk(): KioskState | undefined {
  const [state, setState] = useState<KioskState>();
  useEffect(() => {
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gone = false;
    let code: { readonly code: string; readonly expiresAtMs: number } | undefined;
    let line = enrolmentLine(location.hash);
    let notEnrolled = false;
    const later = (): void => {
      source?.close();
      clearTimeout(timer);
      if (!gone) timer = setTimeout(() => void start(), AGAIN_MS);
    };
    const show = (kiosk: Kiosk): void => {
      if (kiosk.seat === undefined && code !== undefined && kiosk.nowMs >= code.expiresAtMs) later();
      const digits = kiosk.seat === undefined ? code?.code : undefined;
      setState({ kiosk, code: digits, aheadMs: kiosk.nowMs - Date.now(), notEnrolled });
      if (kiosk.prove !== undefined) void prove(kiosk.prove).catch(() => undefined); // Asked again in some seconds.
    };
    const hear = ({ data }: MessageEvent<string>): void => {
      const kiosk = decodeKiosk(JSON.parse(data));
      if (kiosk.ok) show(kiosk.value);
      else later();
    };
    async function start(): Promise<void> {
      try {
        if (line !== undefined) {
          notEnrolled = !(await enrol(line));
          line = undefined;
        }
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
