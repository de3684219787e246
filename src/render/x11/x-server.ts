// src/render/x11/x-server.ts - a session's own X display: Xvfb with a number that nobody has, which lets in only who knows
// the cookie. No TCP.
import type { ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { OutageError } from '../../base/assert.ts';
import type { Random } from '../../base/random.ts';
import { endChild, lastWords, waitUntil } from './child.ts';
import type { Sandbox } from './sandbox.ts';
import type { Room } from './wall.ts';

const XVFB = '/usr/bin/Xvfb';
const START_MS = 10_000;
const SOCKETS = '/tmp/.X11-unix';
/** Far above what desktops, ssh and test programs take. */
const [FIRST_NUMBER, NUMBERS, NUMBER_TRIES] = [1_000, 9_000, 100];
const COOKIE_NAME = 'MIT-MAGIC-COOKIE-1';
/**
 * The machine's network: in it no two displays can have one number. The game is not in it: it comes by the socket's path
 * alone. Not the machine's memory (System V): the display would show a game the pictures of other sessions that lie
 * there, for whoever asks by MIT-SHM. So our encoder fetches pictures by the socket too.
 */
const ROOM: Room = { network: 'host', endsWithWall: true, writes: [SOCKETS] };
const FAMILY_WILD = 0xffff; // Any address and any display (libXau, FamilyWild): the number is not known beforehand.

/** A running display. */
export type XServer = {
  /** Such as ':101'. */
  readonly display: string;
  /** Path of its socket. */
  readonly socket: string;
  /** Path of the Xauthority file. */
  readonly authority: string;
  readonly cookie: Uint8Array;
  readonly process: ChildProcess;
  /** The last it wrote to its standard error. */
  words(): string;
};

/** What a program is told to find a display and be let in. */
export const displayEnv = ({ display, authority }: XServer) => ({ DISPLAY: display, XAUTHORITY: authority });

/** An Xauthority file with one cookie for every display. */
export function authorityFile(cookie: Uint8Array): Uint8Array {
  const field = (bytes: Uint8Array): number[] => [bytes.length >> 8, bytes.length & 0xff, ...bytes];
  const name = new TextEncoder().encode(COOKIE_NAME);
  const none = new Uint8Array(0);
  return Uint8Array.from([FAMILY_WILD >> 8, FAMILY_WILD & 0xff, ...[none, none, name, cookie].flatMap(field)]);
}

/** The cookie as the X protocol's setup wants it. */
export function cookieAuth(cookie: Uint8Array): { name: string; data: string } {
  return { name: COOKIE_NAME, data: Buffer.from(cookie).toString('latin1') };
}

/** Makes the folder of all displays as X wants it, where nobody has yet: Xvfb makes it for root only. */
function openSocketFolder(): void {
  mkdirSync(SOCKETS, { recursive: true });
  const { uid, mode } = lstatSync(SOCKETS);
  if (uid === process.getuid?.() && (mode & 0o7777) !== 0o1777) chmodSync(SOCKETS, 0o1777); // mkdir's mode is cut by the umask.
}

/**
 * A number that nobody has. We choose it: left to itself Xvfb takes the first whose abstract name is free, and where the
 * operator's own desktop is of our user and has none, its socket with it. Two that choose the same cannot both have the
 * abstract name; the second is told so and ends.
 */
function freeNumber(random: Random): number {
  for (let tries = 0; tries < NUMBER_TRIES; tries++) {
    const number = FIRST_NUMBER + random.below(NUMBERS);
    if (!existsSync(socketOf(number)) && !existsSync(`/tmp/.X${number}-lock`)) return number;
  }
  throw new OutageError('no free number for a display');
}

const socketOf = (number: number): string => `${SOCKETS}/X${number}`;

/** Starts a display of this size with 24-bit colour. @throws OutageError when it does not come up within 10 s */
export async function startXServer(
  sandbox: Sandbox,
  size: { readonly width: number; readonly height: number },
  random: Random,
): Promise<XServer> {
  if (!existsSync(XVFB)) throw new OutageError(`${XVFB} is missing: install xvfb`);
  openSocketFolder();
  const cookie = random.bytes(16);
  const authority = join(sandbox.run, 'Xauthority');
  writeFileSync(authority, authorityFile(cookie), { mode: 0o600, flag: 'wx' });
  sandbox.give(authority);
  const number = freeNumber(random);
  const [display, socket] = [`:${number}`, socketOf(number)];
  sandbox.noteSocket(socket); // Before it is there: whoever is killed in between leaves none.
  const screen = `${size.width}x${size.height}x24`;
  const argv = [XVFB, display, '-displayfd', '3', '-auth', authority, '-nolisten', 'tcp', '-noreset'];
  const child = sandbox.spawn([...argv, '-screen', '0', screen], {}, ['ignore', 'ignore', 'pipe', 'pipe'], ROOM);
  const words = lastWords(child);
  let ready = false;
  const pipe = child.stdio[3]; // It writes its number there when it listens.
  if (pipe instanceof Readable) {
    pipe.on('data', () => {
      ready = true;
    });
  }
  if (!(await waitUntil(child, START_MS, () => ready))) {
    await endChild(child, 0);
    throw new OutageError(`Xvfb did not start: ${words() || 'it said nothing'}`);
  }
  return { display, socket, authority, cookie, process: child, words };
}
