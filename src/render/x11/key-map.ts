// src/render/x11/key-map.ts - from keys by place (HID usages) to X keycodes, and from what X calls the mouse's buttons.

/** Linux's evdev code of each HID keyboard usage 0x00..0x94, 0 where there is none (input-event-codes.h, HID 1.5 page 0x07). */
const EVDEV = [
  0, 0, 0, 0, 30, 48, 46, 32, 18, 33, 34, 35, 23, 36, 37, 38, 50, 49, 24, 25, 16, 19, 31, 20, 22, 47, 17, 45, 21, 44, 2,
  3, 4, 5, 6, 7, 8, 9, 10, 11, 28, 1, 14, 15, 57, 12, 13, 26, 27, 43, 43, 39, 40, 41, 51, 52, 53, 58, 59, 60, 61, 62,
  63, 64, 65, 66, 67, 68, 87, 88, 99, 70, 119, 110, 102, 104, 111, 107, 109, 106, 105, 108, 103, 69, 98, 55, 74, 78, 96,
  79, 80, 81, 75, 76, 77, 71, 72, 73, 82, 83, 86, 127, 116, 117, 183, 184, 185, 186, 187, 188, 189, 190, 191, 192, 193,
  194, 134, 138, 130, 132, 128, 129, 131, 137, 133, 135, 136, 113, 115, 114, 0, 0, 0, 121, 0, 89, 93, 124, 92, 94, 95,
  0, 0, 0, 122, 123, 90, 91, 85,
];
const MODIFIERS_FROM = 0xe0;
/** Control, shift, alt, meta: left, then right. */
const MODIFIERS = [29, 42, 56, 125, 97, 54, 100, 126];
const X_OFFSET = 8; // X keycodes begin at 8 and follow evdev (xkeyboard-config, keycodes/evdev).

/** The X keycode of a HID usage, 9..255; undefined for keys that X cannot tell. */
export function xKeycode(hid: number): number | undefined {
  const evdev = hid >= MODIFIERS_FROM ? MODIFIERS[hid - MODIFIERS_FROM] : EVDEV[hid];
  return evdev === undefined || evdev === 0 ? undefined : evdev + X_OFFSET;
}

/** X's number of a mouse button as browsers number them: left, middle, right, back, forward. */
export const X_BUTTONS = [1, 2, 3, 8, 9] as const;
/** X's buttons for one notch of the wheel. */
export const X_WHEEL = { up: 4, down: 5, left: 6, right: 7 } as const;

/** The X keysym of a character: Latin-1 is itself, all others lie above 0x1000000 (X11 protocol, appendix A). */
export function keysymOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x0a || code === 0x0d) return 0xff0d;
  if (code === 0x09) return 0xff09;
  return (code >= 0x20 && code <= 0x7e) || (code >= 0xa0 && code <= 0xff) ? code : 0x100_0000 | code;
}
