// test/support/agent/node.ts - starts an agent with fake slots in a folder of its own, and clears everything away.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NodeOptions, type RunningNode, startNode } from '../../../src/agent/start-agent.ts';
import { systemClock, systemRandom } from '../../../src/observe/clock.ts';
import { openLog, silentLog } from '../../../src/observe/log.ts';
import { sweepLeftovers } from '../../../src/render/x11/sandbox.ts';
import { FakeHub } from './fake-hub.ts';
import { FakePage } from './fake-page.ts';
import { Player } from './player.ts';

/** The module of a slot with fake games and peers. */
export const FAKE_SLOT = join(import.meta.dirname, 'fake-slot.ts');

/** Options for an agent with fake slots at `hub`. Set AGENT_LOG=1 to hear it. */
export function nodeOptions(hub: string, data: string, change: Partial<NodeOptions> = {}): NodeOptions {
  return {
    ...{ hub, token: 'one-time-token-0123456789', data, name: 'test node', region: 'test', slots: 1 },
    ...{
      icePorts: undefined,
      outside: { forwards: [], only: false },
      games: undefined,
      encoder: 'auto',
      sandbox: 'auto',
      limits: {},
      walledBy: 'none',
      drawing: { by: 'processor' },
    },
    ...{
      version: '0.0.0',
      slotModule: FAKE_SLOT,
      sweep: () => sweepLeftovers(tmpdir()),
      clock: systemClock,
      random: systemRandom,
    },
    log: process.env.AGENT_LOG === undefined ? silentLog : openLog('node', 'debug'),
    logLevel: 'error',
    onJoined: () => {},
    onAway: () => {},
    onRefused: () => {},
    onTold: () => {},
    onDrained: () => {},
    ...change,
  };
}

/** What one test starts, ended by `dispose` in reverse order. */
export class Stage {
  readonly hub = new FakeHub();
  readonly data = mkdtempSync(join(tmpdir(), 'nearcade-node-'));
  node: RunningNode | undefined;
  readonly #pages: FakePage[] = [];

  /** Starts hub and node, and waits for the hello. */
  async open(change: Partial<NodeOptions> = {}): Promise<RunningNode> {
    await this.hub.start();
    this.node = await startNode(nodeOptions(this.hub.origin, this.data, change));
    await this.hub.next('hello');
    return this.node;
  }

  /** Starts a session and plays the page's part up to the first picture. */
  async play(start: Parameters<Player['start']>[0] = {}): Promise<{ player: Player; page: FakePage }> {
    const player = new Player(this.node?.node ?? '');
    this.hub.send(player.start(start));
    this.hub.send(player.signedOpen());
    const page = await this.answer(player.peer);
    await this.hub.next('ready', ({ session }) => session === player.session);
    return { player, page };
  }

  /** Answers the offer of a peer and connects it. */
  async answer(peer: Player['peer']): Promise<FakePage> {
    await this.hub.next('sdp', (sdp) => sdp.peer === peer && sdp.kind === 'offer');
    const page = this.page();
    this.hub.send({ t: 'sdp', peer, kind: 'answer', sdp: page.sdp });
    await page.say({ state: 'connected' });
    return page;
  }

  /** Waits until the node says from now on that a slot is free. */
  async slotFree(): Promise<void> {
    this.hub.clear();
    await this.hub.next('status', ({ freeSlots }) => freeSlots > 0);
  }

  page(): FakePage {
    const page = new FakePage();
    this.#pages.push(page);
    return page;
  }

  async dispose(): Promise<void> {
    await this.node?.stop(0);
    await this.hub.stop();
    for (const page of this.#pages) await page.close();
    rmSync(this.data, { recursive: true, force: true });
  }
}
