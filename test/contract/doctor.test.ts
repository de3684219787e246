// Goal: `doctor` says what is true of this machine and what it means. Method: its checks against a port that is taken and
// folders that are not there; the whole of it as a process is in docs/evidence/fresh-machine.txt.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verdict } from '../../src/main/doctor.ts';
import { dataFinding, gameFindings, idleNvidia, machineFindings, portFinding } from '../../src/main/doctor-checks.ts';

test('a taken port is a fault where it was asked for, a remark where it is the default, and fine when free', async () => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const at = { host: '127.0.0.1', port: typeof address === 'object' ? (address?.port ?? 0) : 0 };
  expect(await portFinding('http', at, { given: true, holder: undefined })).toEqual({
    level: 'bad',
    text: expect.stringContaining('--http'),
  });
  expect(await portFinding('http', at, { given: false, holder: undefined })).toMatchObject({ level: 'less' });
  // Whoever looks while `up` runs sees its own address taken, and nothing is wrong.
  expect(await portFinding('http', at, { given: true, holder: 7 })).toEqual({
    level: 'ok',
    text: expect.stringContaining('process 7'),
  });
  await new Promise((done) => server.close(done));
  expect(await portFinding('http', at, { given: true, holder: undefined })).toMatchObject({ level: 'ok' });
});

test('a relay needs its port for UDP too', async () => {
  const socket = createSocket('udp4');
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done));
  const at = { host: '127.0.0.1', port: socket.address().port };
  expect(await portFinding('relay', at, { given: true, holder: undefined })).toMatchObject({ level: 'bad' });
  expect(await portFinding('http', at, { given: true, holder: undefined })).toMatchObject({ level: 'ok' });
  await new Promise<void>((done) => socket.close(done));
});

test('an address that is not of this machine is a fault even as the default', async () =>
  expect(
    await portFinding('relay', { host: '192.0.2.1', port: 3478 }, { given: false, holder: undefined }),
  ).toMatchObject({
    level: 'bad',
    text: expect.stringContaining('--relay'),
  }));

test('a data folder that cannot be made is named with its flag', () => {
  expect(dataFinding('/proc/nearcade')).toEqual({ level: 'bad', text: expect.stringContaining('--data') });
  expect(dataFinding(join(tmpdir(), 'a', 'b'))).toMatchObject({
    level: 'ok',
    text: expect.stringMatching(/not made yet/),
  });
});

test('a missing games folder is a fault, no game beside the built-in one is none', async () => {
  expect((await gameFindings('/nowhere', 'auto')).at(-1)).toEqual({
    level: 'bad',
    text: expect.stringContaining('/nowhere'),
  });
  const findings = await gameFindings(undefined, 'auto');
  expect(findings).toContainEqual({ level: 'ok', text: 'game arcade: Nearcade is offered' });
  expect(findings.filter(({ level }) => level === 'bad')).toEqual([]);
});

test('the last line counts', () => {
  expect(machineFindings().map(({ text }) => text)).toContainEqual(expect.stringContaining(process.versions.node));
  const [ok, less, bad] = (['ok', 'less', 'bad'] as const).map((level) => ({ level, text: '' }));
  if (ok === undefined || less === undefined || bad === undefined) throw new Error('three findings');
  expect(verdict([ok])).toBe('Nothing is missing.');
  expect(verdict([ok, less])).toMatch(/1 thing could/);
  expect(verdict([ok, less, bad])).toMatch(/1 of these would stop/);
});

test('an NVIDIA card whose encoder does not open is named; one whose does, and other makers, are not', () => {
  const cards = [{ name: 'NVIDIA H100 80GB HBM3' }, { name: 'AMD 0x744c' }];
  expect(idleNvidia(cards, ['libx264'])).toEqual([expect.stringContaining('NVIDIA H100 80GB HBM3: its encoder')]);
  expect(idleNvidia(cards, ['h264_nvenc', 'libx264'])).toEqual([]);
});
