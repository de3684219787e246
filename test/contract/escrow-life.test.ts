import { expect, test } from 'vitest';
import { DBC, node, people, World } from '../support/evm/world.ts';

test('smoke', async () => {
  const world = await World.furnished();
  const kit = await world.open();
  world.pass(3_600);
  const done = await world.settle(kit, world.voucher(kit, 1n, 3_600_000n), node);
  console.log(done.error, done.gasUsed, world.events(done, 'escrow', 'Settled'));
  expect(await world.free(people.player.address)).toBe(950n * DBC);
});
