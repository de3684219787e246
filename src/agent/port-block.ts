// src/agent/port-block.ts - UDP ports for the slots of one node: small ranges of their own, side by side, so that a
// relay credential can be scoped to them and several nodes on one machine never meet. A node holds the first port of
// every cell of a fixed grid as long as it lives: two nodes that want one cell collide there, atomically, in the kernel.
import { createSocket, type Socket } from 'node:dgram';
import { OutageError } from '../base/assert.ts';
import type { Ports } from './advertise.ts';

/** Ports a node holds. `close` gives them back. */
export type PortBlock = {
  /** One range a slot, in the order of the slots. */
  readonly slots: readonly Ports[];
  /** From the first port of the first slot to the last of the last. */
  readonly whole: Ports;
  close(): void;
};

/** Room for a slot's 8 probes and its session's two peers, each with one port at each address of the machine. */
const CELL_PORTS = 16;
/** Below the ports that Linux gives to outgoing sockets (ip_local_port_range starts at 32,768). */
const GRID: Ports = { first: 20_000, last: 32_767 };
const PORTS_PER_SLOT_MIN = 8; // With fewer, a reload could find no port while the old peer still closes.

function bind(port: number): Promise<Socket | undefined> {
  const socket = createSocket({ type: 'udp4', reuseAddr: false });
  return new Promise((resolve) => {
    socket.once('error', () => {
      socket.close();
      resolve(undefined);
    });
    socket.once('listening', () => resolve(socket));
    socket.bind({ port, address: '0.0.0.0', exclusive: true });
  });
}

async function isFree(port: number): Promise<boolean> {
  const socket = await bind(port);
  if (socket === undefined) return false;
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return true;
}

async function allFree(first: number, last: number): Promise<boolean> {
  for (let port = first; port <= last; port++) if (!(await isFree(port))) return false;
  return true;
}

async function claimCells(first: number, cells: number): Promise<Socket[] | undefined> {
  const held: Socket[] = [];
  for (let cell = 0; cell < cells; cell++) {
    const start = first + cell * CELL_PORTS;
    const claim = await bind(start);
    if (claim !== undefined) held.push(claim);
    if (claim === undefined || !(await allFree(start + 1, start + CELL_PORTS - 1))) {
      for (const socket of held) socket.close();
      return undefined;
    }
  }
  return held;
}

function blockOf(held: readonly Socket[], slots: readonly Ports[]): PortBlock {
  for (const socket of held) socket.unref();
  const [first, last] = [slots[0]?.first ?? 0, slots.at(-1)?.last ?? 0];
  return {
    slots,
    whole: { first, last },
    close: () => {
      for (const socket of held) socket.close();
    },
  };
}

/**
 * Finds and holds free ports for `slots` slots.
 * @param preferred any whole number: the same one finds the same ports again when they are free
 * @throws OutageError when the machine has no such run of free ports
 */
export async function findPortBlock(slots: number, preferred: number): Promise<PortBlock> {
  const places = Math.floor((GRID.last + 1 - GRID.first) / CELL_PORTS) - slots + 1;
  for (let tried = 0; tried < places; tried++) {
    const first = GRID.first + ((preferred + tried) % places) * CELL_PORTS;
    const held = await claimCells(first, slots);
    if (held === undefined) continue;
    const ranges = Array.from({ length: slots }, (_, slot) => {
      const start = first + slot * CELL_PORTS;
      return { first: start + 1, last: start + CELL_PORTS - 1 };
    });
    return blockOf(held, ranges);
  }
  throw new OutageError(`no ${slots * CELL_PORTS} free UDP ports in a row between ${GRID.first} and ${GRID.last}`);
}

/**
 * Divides the ports that the operator gave (`--ice-ports`) among the slots, and holds the first one.
 * @throws OutageError when there are too few, or another program sits on the first
 */
export async function givenPortBlock(slots: number, given: Ports): Promise<PortBlock> {
  const size = Math.floor((given.last - given.first) / slots);
  if (size < PORTS_PER_SLOT_MIN) {
    const need = slots * PORTS_PER_SLOT_MIN + 1;
    throw new OutageError(
      `--ice-ports ${given.first}-${given.last} is too small: --slots ${slots} needs ${need} ports`,
    );
  }
  const claim = await bind(given.first);
  if (claim === undefined)
    throw new OutageError(`UDP port ${given.first} of --ice-ports is taken: does another node run here?`);
  const start = given.first + 1;
  return blockOf(
    [claim],
    Array.from({ length: slots }, (_, slot) => ({ first: start + slot * size, last: start + (slot + 1) * size - 1 })),
  );
}
