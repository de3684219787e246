// Goal: whatever dies, the operator's money is told and nothing is left running. Method: kill slots, agents and games for
// real (SIGKILL), then look at what the hub hears and what the kernel still runs.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTicks } from '../../src/agent/process-mark.ts';
import { startNode } from '../../src/agent/start-agent.ts';
import { pidsOf } from '../../src/render/x11/processes.ts';
import { nodeOptions, Stage } from '../support/agent/node.ts';
import { Player } from '../support/agent/player.ts';

let stage: Stage;
let agents: ChildProcess[] = [];
beforeEach(() => {
  stage = new Stage();
});
afterEach(async () => {
  for (const agent of agents) agent.kill('SIGKILL');
  agents = [];
  await stage.dispose();
});

const slotPid = (index = 0) => Number(readFileSync(join(stage.data, `slots/${index}.pid`), 'utf8').split(' ')[0]);
const slotPids = () => readdirSync(join(stage.data, 'slots')).map((name) => slotPid(Number(name.split('.')[0])));
/** Folders of the games that a slot runs, by the owner's mark beside them. */
const gamesOf = (pid: number) =>
  readdirSync(tmpdir())
    .filter((name) => /^nearcade-game_.*\.owner$/.test(name))
    .filter((name) => readFileSync(join(tmpdir(), name), 'utf8').startsWith(`${pid} `))
    .map((name) => name.replace('.owner', ''));
/** What is left of a game: its living processes and its folder. */
const leftOf = (game: string) => [...pidsOf({ mark: game }), ...(existsSync(join(tmpdir(), game)) ? [game] : [])];
const gone = (pid: number) => expect.poll(() => startTicks(pid), { timeout: 10_000 }).toBeUndefined();

test('a slot killed in play: the hub gets reason and voucher, its helpers die with it, a warm one replaces it', async () => {
  await stage.open();
  const { player, page } = await stage.play({ game: 'sleeper' as never });
  await page.say({ control: player.voucher(500) });
  await page.control('voucher.kept');
  const pid = slotPid();
  const [game = ''] = gamesOf(pid);
  await expect.poll(() => leftOf(game), { timeout: 10_000 }).toHaveLength(3); // Two processes, one of which left its session, and a folder.
  process.kill(pid, 'SIGKILL');
  expect(await stage.hub.next('ended')).toMatchObject({
    session: player.session,
    reason: 'node-lost',
    voucher: { servedMs: '500' },
  });
  await stage.slotFree();
  expect(slotPid()).not.toBe(pid);
  expect(leftOf(game)).toEqual([]);
  await stage.play();
});

test('an idle slot killed is replaced', async () => {
  await stage.open();
  process.kill(slotPid(), 'SIGKILL');
  await stage.hub.next('status', ({ freeSlots }) => freeSlots === 0);
  await stage.slotFree();
  await stage.play();
});

test.each([
  ['talks nonsense', 'garbage'],
  ['speaks for a session that is not its own', 'liar'],
])('a slot that %s is killed, and its session told', async (_, game) => {
  await stage.open();
  const player = new Player(stage.node?.node ?? '');
  stage.hub.send(player.start({ game: game as never }));
  expect(await stage.hub.next('ended')).toMatchObject({ session: player.session, reason: 'node-lost' });
  await stage.slotFree();
  expect(stage.hub.all.filter(({ t }) => t === 'saved')).toEqual([]);
});

test('a slot that hangs is killed within 20 s', async () => {
  await stage.open();
  const player = new Player(stage.node?.node ?? '');
  stage.hub.send(player.start({ game: 'hanging' as never }));
  expect(await stage.hub.next('ended')).toMatchObject({ session: player.session, reason: 'node-lost' });
  await stage.slotFree();
}, 40_000);

test('two nodes on one machine have ports of their own', async () => {
  await stage.open({ slots: 2 });
  const other = new Stage();
  try {
    await other.open({ slots: 2 });
    const ranges = [stage, other].map(({ hub }) => {
      const hello = hub.all.find(({ t }) => t === 'hello');
      return hello?.t === 'hello' ? hello.media[0] : undefined;
    });
    const [a, b] = ranges;
    const apart = (a?.portLast ?? 0) < (b?.portFirst ?? 0) || (b?.portLast ?? 0) < (a?.portFirst ?? 0);
    expect(apart, JSON.stringify(ranges)).toBe(true);
  } finally {
    await other.dispose();
  }
});

/** Starts an agent in a process of its own and waits for its hello. */
async function ownProcess(): Promise<{ agent: ChildProcess; node: string }> {
  const script = join(import.meta.dirname, '../support/agent/run-agent.ts');
  const agent = fork(script, [stage.hub.origin, stage.data], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  agents.push(agent);
  const { node } = await stage.hub.next('hello');
  await stage.slotFree();
  return { agent, node };
}

async function playOn(node: string, game: string) {
  const player = new Player(node);
  stage.hub.send(player.start({ game: game as never }));
  stage.hub.send(player.signedOpen());
  const page = await stage.answer(player.peer);
  await stage.hub.next('ready');
  await page.say({ control: player.voucher(400) });
  await page.control('voucher.kept');
  return player;
}

test('an agent killed with -9: its slots end, and the next one tells the last voucher', async () => {
  await stage.hub.start();
  const { agent, node } = await ownProcess();
  const player = await playOn(node, 'fake');
  const pid = slotPid();
  agent.kill('SIGKILL');
  await once(agent, 'exit');
  await gone(pid);
  stage.hub.clear();
  stage.node = await startNode(nodeOptions(stage.hub.origin, stage.data));
  expect((await stage.hub.next('hello')).node).toBe(node);
  expect(await stage.hub.next('ended')).toMatchObject({
    session: player.session,
    reason: 'node-lost',
    voucher: { servedMs: '400' },
  });
});

test('agent and slot killed together: the next start ends what the game left', async () => {
  await stage.hub.start();
  const { agent, node } = await ownProcess();
  await playOn(node, 'sleeper');
  const pid = slotPid();
  process.kill(pid, 'SIGSTOP'); // A slot that cannot notice that its agent is gone.
  agent.kill('SIGKILL');
  await once(agent, 'exit');
  const [game = ''] = gamesOf(pid);
  expect(startTicks(pid)).toBeDefined(); // The fault is real: without the next start slot and game stay.
  await expect.poll(() => leftOf(game), { timeout: 10_000 }).toHaveLength(3);
  stage.node = await startNode(nodeOptions(stage.hub.origin, stage.data));
  await gone(pid);
  expect(leftOf(game)).toEqual([]);
});

test('drain: running sessions go on, new ones are refused, the rest is ended kindly at the deadline', async () => {
  const left = Promise.withResolvers<void>();
  await stage.open({ slots: 2, onDrained: left.resolve });
  await stage.hub.next('status', ({ freeSlots }) => freeSlots === 2);
  const { player, page } = await stage.play();
  await page.say({ save: 'before the drain' });
  await stage.hub.next('saved');
  stage.hub.send({ t: 'drain', deadlineMs: Date.now() + 1_500 });
  const { leavesInMs = 0 } = await stage.hub.next('status', ({ draining }) => draining);
  stage.hub.cut(); // A hub that has forgotten it is told once more.
  const hello = await stage.hub.next('hello');
  expect(hello.draining).toBe(true);
  expect(hello.leavesInMs).toBeLessThanOrEqual(leavesInMs);
  await stage.hub.next('status', ({ draining }) => draining);
  const late = new Player(stage.node?.node ?? '');
  stage.hub.send(late.start());
  expect(await stage.hub.next('refused')).toMatchObject({ session: late.session, code: 'NODE_DRAINING' });
  expect(await stage.hub.next('ended')).toMatchObject({ session: player.session, reason: 'node-drained' });
  expect(Buffer.from(stage.hub.saves.get(player.session) ?? []).toString()).toBe('before the drain');
  await left.promise;
});

// Method: the hub's clock is an hour behind ours, so its deadline lies in our past; the span that it says is ten minutes.
test('a drain with a span is kept by a machine whose clock is wrong; an older hub has its deadline alone', async () => {
  await stage.open();
  const { player } = await stage.play();
  const deadlineMs = Date.now() - 3_000_000;
  stage.hub.send({ t: 'drain', deadlineMs, leavesInMs: 600_000 });
  stage.hub.send({ t: 'drain', deadlineMs });
  const { leavesInMs } = await stage.hub.next('status', ({ draining }) => draining);
  expect(leavesInMs).toBeGreaterThan(300_000);
  expect(stage.hub.all.filter(({ t }) => t === 'ended')).toEqual([]);
  stage.hub.send({ t: 'drain', deadlineMs: deadlineMs - 1 });
  expect(await stage.hub.next('ended')).toMatchObject({ session: player.session, reason: 'node-drained' });
});

test('an idle machine that is stopped says that it leaves before it goes', async () => {
  await stage.open();
  await stage.slotFree();
  stage.hub.clear();
  await stage.node?.stop(0);
  expect(stage.hub.all.at(-1)).toMatchObject({ t: 'status', draining: true });
});

test('stop leaves nothing: no process, no file of a game, no lock, no port', async () => {
  const { node } = await stage.open({ slots: 2 });
  await stage.hub.next('status', ({ freeSlots }) => freeSlots === 2);
  const { player } = await stage.play({ game: 'sleeper' as never });
  const pids = slotPids();
  const [game = ''] = pids.flatMap(gamesOf);
  await expect.poll(() => leftOf(game), { timeout: 10_000 }).toHaveLength(3);
  await stage.node?.stop(0);
  expect(await stage.hub.next('ended')).toMatchObject({ session: player.session, reason: 'node-drained' });
  expect(pids.map(startTicks)).toEqual([undefined, undefined]);
  expect(leftOf(game)).toEqual([]);
  expect(readdirSync(join(stage.data, 'slots'))).toEqual([]);
  expect(existsSync(join(stage.data, 'node.pid'))).toBe(false);
  stage.node = await startNode(nodeOptions(stage.hub.origin, stage.data));
  expect(stage.node.node).toBe(node);
});
