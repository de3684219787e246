// bench/cafe/games.ts - what a town plays: each seat with a customer opens its socket to the hub, starts a game on a machine that
// draws nothing, and both sides tick and sign as long as it runs. So the hub carries what it carries in a full café.

import { setTimeout as sleep } from 'node:timers/promises';
import type { KioskTicket } from '../../src/protocol/cafe-acts.ts';
import { bounds, timings } from '../../src/protocol/limits.ts';
import { PROTOCOL_VERSION } from '../../src/protocol/version.ts';
import { FakeNode } from '../../test/support/hub/fake-node.ts';
import { FakePlayer, type PageSocket, type Started } from '../../test/support/hub/fake-player.ts';

/** Starts that are refused are tried again: after a move the game on the seat before has to end first. */
const TRIES = 5;
const TRY_AGAIN_MS = 500;

/** Machines for a town, and what was counted on them. */
export type Machines = {
  /** Games that run now. */
  running(): number;
  stop(): void;
};

/** Opens machines for so many games at once, bound to one operator by one-time tokens. */
export async function openMachines(origin: string, games: number): Promise<Machines> {
  const operator = await new FakePlayer(origin, 'operator of the cafe bench').login();
  const nodes: FakeNode[] = [];
  for (let left = games; left > 0; left -= bounds.slotsPerNode) {
    const { token } = (await (await operator.post('/api/operator/node-tokens')).json()) as { token: string };
    const node = new FakeNode(origin, { name: `bench ${left}`, token, slots: bounds.slotsPerNode });
    nodes.push(await node.joined());
  }
  const tick = setInterval(() => {
    for (const node of nodes) {
      for (const [session, { goodMs }] of node.running) node.tick(session, goodMs + timings.tickMs);
      node.talk.heard.length = 0;
    }
  }, timings.tickMs);
  return {
    running: () => nodes.reduce((sum, node) => sum + node.running.size, 0),
    stop: () => {
      clearInterval(tick);
      for (const node of nodes) node.stop();
    },
  };
}

/** A device on a seat, as a player: it signs with its own key and plays with what its owner agreed to. */
export class SeatPlayer {
  readonly device: FakePlayer;
  readonly #localAddress: string;
  readonly #ticket: () => Promise<KioskTicket | undefined>;
  readonly #refused: (code: string) => void;
  #tab: string | undefined;
  #page: PageSocket | undefined;

  constructor(
    device: FakePlayer,
    localAddress: string,
    { ticket, refused }: { ticket: () => Promise<KioskTicket | undefined>; refused: (code: string) => void },
  ) {
    this.device = device;
    this.#localAddress = localAddress;
    this.#ticket = ticket;
    this.#refused = refused;
  }

  /** The seat shows this tab in play, or none. A new one starts a game, as the seat's page does. */
  show(tab: string | undefined): void {
    if (tab === this.#tab) return;
    this.#tab = tab;
    this.#page?.close();
    this.#page = undefined;
    if (tab === undefined) return;
    void this.#play(tab).catch((cause: Error) => {
      if (this.#tab === tab) this.#refused(cause.message); // Else its page was closed under it.
    });
  }

  async #play(tab: string): Promise<void> {
    const ticket = await this.#ticket();
    if (ticket?.consent === undefined || ticket.consentSignature === undefined) return; // The customer left already.
    const consent = this.device.seatConsent(ticket);
    const page = await this.device.knock({ localAddress: this.#localAddress });
    if (this.#tab !== tab) return page.close();
    this.#page = page;
    page.send({ t: 'hello', v: PROTOCOL_VERSION, ticket: ticket.ticket });
    await page.next('welcome');
    let started: Started | string = '';
    for (let tries = 0; tries < TRIES && typeof started === 'string' && this.#tab === tab; tries++) {
      if (tries > 0) await sleep(TRY_AGAIN_MS);
      started = await page.tryPlay(consent);
    }
    if (this.#tab !== tab) return;
    if (typeof started === 'string') return this.#refused(started);
    page.signOpen(started);
    this.#keepOn(page, started);
  }

  /** Ticks every five seconds and signs every ten until the socket is closed. */
  #keepOn(page: PageSocket, started: Started): void {
    let seq = 0;
    const rate = BigInt(started.quote.rateWeiPerHour);
    const tick = setInterval(() => {
      if (page.all('ended').length > 0) return page.close();
      page.heard.length = 0;
      seq += 1;
      const goodMs = seq * timings.tickMs;
      page.tick(started.session, seq, goodMs);
      if (goodMs % timings.voucherMs !== 0) return;
      const wei = (rate * BigInt(goodMs)) / 3_600_000n;
      page.voucher(started, goodMs / timings.voucherMs, goodMs, wei - (wei % 1_000n));
    }, timings.tickMs);
    page.ws.once('close', () => clearInterval(tick));
  }
}
