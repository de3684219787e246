// Goal: `./nearcade node` as an operator sees it: plain words, exit codes, an end without leftovers. Method: the real
// command with the real slot process against a scripted hub.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Stage } from '../support/agent/node.ts';
import { Player } from '../support/agent/player.ts';

const CLI = join(import.meta.dirname, '../../src/main/cli.ts');
let stage: Stage;
let started: ChildProcess[] = [];
beforeEach(async () => {
  stage = new Stage();
  await stage.hub.start();
});
afterEach(async () => {
  for (const child of started) child.kill('SIGKILL');
  started = [];
  await stage.dispose();
});

function nodeCommand(...flags: string[]) {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', CLI, 'node', '--data', stage.data, '--log-level', 'error', ...flags],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  started.push(child);
  let words = '';
  child.stderr?.on('data', (text) => {
    words += text;
  });
  /** Waits until it has said so. */
  const says = async (sentence: string): Promise<void> => {
    while (!words.includes(sentence) && child.stderr !== null) await once(child.stderr, 'data');
  };
  return { child, says, ended: once(child, 'exit').then(([code]) => ({ code, words })) };
}

/** A node of one slot on which somebody plays and has signed. */
async function playing(...flags: string[]) {
  const command = nodeCommand('--hub', stage.hub.origin, '--slots', '1', ...flags);
  const { node } = await stage.hub.next('hello');
  await stage.slotFree();
  const player = new Player(node);
  stage.hub.send(player.start({ game: 'arcade' as never }));
  stage.hub.send(player.signedOpen());
  await stage.hub.next('tick', ({ session }) => session === player.session);
  return { ...command, node, player };
}

test('who sits before the machine reads that it joined, that it was drained and how to go on, or that the hub does not answer', async () => {
  const { child, says, ended } = nodeCommand('--hub', stage.hub.origin, '--slots', '1');
  await says(
    `nearcade: joined ${stage.hub.origin}; what this machine still needs stands on ${stage.hub.origin}/node\n`,
  );
  stage.hub.send({ t: 'refused', code: 'NODE_SUSPENDED' }); // It stays: the owners may lift that.
  await says('nearcade: the owners of the hub have suspended this machine or its operator; ask them\n');
  expect(child.exitCode).toBeNull();
  stage.hub.send({ t: 'drain', deadlineMs: Date.now() });
  const { code, words } = await ended;
  expect(code).toBe(0);
  expect(words).toContain(`nearcade: drained by ${stage.hub.origin}: the last game is over.`);
  expect(words).not.toContain('does not answer'); // It went by itself.
  const lost = nodeCommand('--hub', 'http://127.0.0.1:9', '--slots', '1'); // Nothing listens there.
  await lost.says(
    'nearcade: http://127.0.0.1:9 does not answer: nothing listens there; is --hub its address, and does it run?',
  );
});

test('where coins settle, a node that does not look at the chain itself says so at its start; one that does, does not', async () => {
  const words: string[] = [];
  for (const flags of [[], ['--chain-rpc', 'http://127.0.0.1:9']]) {
    const { child, says, ended } = nodeCommand('--hub', stage.hub.origin, '--slots', '1', ...flags);
    await says('what this machine still needs stands on');
    child.kill('SIGTERM');
    words.push((await ended).words);
  }
  const warning = 'its word is taken that your leases are on the chain; look for yourself with --chain-rpc URL,URL';
  expect(words.map((text) => text.includes(warning))).toEqual([true, false]);
});

test('a token that the hub does not know: one plain sentence, exit code 78', async () => {
  stage.hub.refuseWith = 'TOKEN_UNKNOWN';
  const { ended } = nodeCommand('--hub', stage.hub.origin, '--token', 'wrong-token-0123456789');
  const { code, words } = await ended;
  expect(code).toBe(78);
  expect(words).toContain('nearcade: the hub does not know the token; make a new one on the operator page\n');
  expect(words).not.toContain('wrong-token');
  expect(stage.hub.hellos).toBe(1);
});

test.each([
  [['--advertise', 'my.router.example'], "--advertise 'my.router.example' is neither"],
  [['--advertise-only'], '--advertise-only needs an address'],
  [['--slots', '65'], "--slots is '65'"],
  [['--ice-ports', '40000-40003'], '--slots 1 needs 9 ports'],
])('%j stops the start in words', async (flags, sentence) => {
  const { code, words } = await nodeCommand('--hub', stage.hub.origin, '--slots', '1', ...flags).ended;
  expect(code).toBeGreaterThan(0);
  expect(words).toContain(sentence);
  expect(stage.hub.hellos).toBe(0);
});

test('SIGTERM in play: the session ends kindly and nothing of the node is left', async () => {
  const { child, ended, player } = await playing();
  child.kill('SIGTERM');
  expect(await stage.hub.next('ended')).toMatchObject({ session: player.session, reason: 'node-drained' });
  expect((await ended).code).toBe(0);
  expect(readdirSync(stage.data).sort()).toEqual(['claims', 'journal', 'machine.key', 'records', 'saves', 'slots']);
  expect(readdirSync(join(stage.data, 'slots'))).toEqual([]);
});

test('--drain-seconds lets a session go on; a second signal ends it at once', async () => {
  const { child, ended } = nodeCommand('--hub', stage.hub.origin, '--slots', '1', '--drain-seconds', '600');
  const { node } = await stage.hub.next('hello');
  await stage.slotFree();
  const player = new Player(node);
  stage.hub.send(player.start({ game: 'arcade' as never }));
  await stage.hub.next('tick', ({ session }) => session === player.session);
  child.kill('SIGINT');
  await stage.hub.next('status', ({ draining }) => draining);
  await stage.hub.next('tick', ({ session, seq }) => session === player.session && seq === 2);
  child.kill('SIGINT');
  expect((await ended).code).toBe(1);
});

/** Another command on the stage's data folder; answers its exit code and what it said. */
async function command(...words: string[]) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CLI, 'node', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      said += text;
    });
  }
  const [code] = await once(child, 'exit');
  return { code, said };
}

test('node stop lets a session go on for its drain time; node stop --now ends it kindly; both wait for the end', async () => {
  const { ended, player } = await playing('--drain-seconds', '600');
  const stop = command('stop', '--data', stage.data);
  await stage.hub.next('status', ({ draining }) => draining);
  await stage.hub.next('tick', ({ session, seq }) => session === player.session && seq === 2);
  const now = command('stop', '--data', stage.data, '--now');
  expect(await stage.hub.next('ended')).toMatchObject({ session: player.session, reason: 'node-drained' });
  expect((await ended).code).toBe(0);
  expect(await stop).toMatchObject({ code: 0, said: expect.stringContaining('The node has ended.') });
  expect(await now).toMatchObject({ code: 0 });
  expect(readdirSync(join(stage.data, 'slots'))).toEqual([]);
  expect(await command('stop', '--data', stage.data)).toMatchObject({
    code: 1,
    said: expect.stringContaining('no node runs on'),
  });
});

test('a new version waits (SIGUSR2): the session plays on, nobody new comes, then it ends with 75', async () => {
  const { child, ended, node, player } = await playing();
  child.kill('SIGUSR2');
  await stage.hub.next('status', ({ draining }) => draining);
  const late = new Player(node);
  stage.hub.send(late.start({ game: 'arcade' as never }));
  expect(await stage.hub.next('refused')).toMatchObject({ session: late.session, code: 'NODE_DRAINING' });
  await stage.hub.next('tick', ({ session, seq }) => session === player.session && seq === 2);
  stage.hub.send({ t: 'end', session: player.session, reason: 'player-left' });
  expect(await stage.hub.next('ended')).toMatchObject({ session: player.session, reason: 'player-left' });
  expect((await ended).code).toBe(75);
});
