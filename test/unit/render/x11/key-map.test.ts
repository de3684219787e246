// test/unit/render/x11/key-map.test.ts - keys by place become X keycodes; characters become keysyms.
import { expect, test } from 'vitest';
import { codeByHid } from '../../../../src/protocol/key-codes.ts';
import { keysymOf, xKeycode } from '../../../../src/render/x11/key-map.ts';

// From xkeyboard-config's keycodes/evdev, by hand: the names it gives to the places of a standard keyboard.
test.each([
  [0x04, 38],
  [0x1a, 25],
  [0x14, 24],
  [0x1d, 52],
  [0x1e, 10],
  [0x27, 19],
  [0x28, 36],
  [0x29, 9],
  [0x2b, 23],
  [0x2c, 65],
  [0x3a, 67],
  [0x45, 96],
  [0x4f, 114],
  [0x50, 113],
  [0x51, 116],
  [0x52, 111],
  [0x58, 104],
  [0x62, 90],
  [0xe0, 37],
  [0xe1, 50],
  [0xe2, 64],
  [0xe4, 105],
  [0xe6, 108],
  [0x64, 94],
])('HID %i is X keycode %i', (hid, keycode) => expect(xKeycode(hid)).toBe(keycode));

test('every key that a browser can send has a keycode of its own in 9..255', () => {
  const keycodes = [...codeByHid.keys()].map(xKeycode);
  expect(keycodes.every((keycode) => keycode !== undefined && keycode >= 9 && keycode <= 255)).toBe(true);
  expect(new Set(keycodes).size).toBe(keycodes.length);
});

test('what is no key is none', () => {
  for (const hid of [0, 1, 0x32 + 0x80, 0xe8, 300]) expect(xKeycode(hid)).toBeUndefined();
});

test('characters are keysyms: Latin-1 as they are, others above 0x1000000, line ends Return', () => {
  expect(['a', 'é', '中', '😀', '\n'].map(keysymOf)).toEqual([0x61, 0xe9, 0x100_4e2d, 0x101_f600, 0xff0d]);
});
