// Goal: nodes on one machine never share a port. Method: real sockets; two blocks that want the same place.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { findPortBlock, givenPortBlock } from '../../../src/agent/port-block.ts';

test('two nodes that want one place get two, and a place that was given back is found again', async () => {
  const first = await findPortBlock(3, 500);
  const second = await findPortBlock(2, 500);
  try {
    expect(second.whole.first > first.whole.last || second.whole.last < first.whole.first).toBe(true);
    expect(first.slots).toHaveLength(3);
    for (const { first: from, last } of first.slots) expect(last - from).toBe(14);
    first.close();
    const again = await findPortBlock(3, 500);
    expect(again.whole).toEqual(first.whole);
    again.close();
  } finally {
    second.close();
  }
});

test('a port that another program uses is left alone', async () => {
  const place = await findPortBlock(1, 640);
  place.close();
  const squatter = createSocket('udp4');
  squatter.bind(place.whole.first + 3, '127.0.0.1');
  await once(squatter, 'listening');
  const block = await findPortBlock(1, 640);
  expect(block.whole).not.toEqual(place.whole);
  block.close();
  squatter.close();
});

test('given ports are divided; too few and taken ones are refused in words', async () => {
  const place = await findPortBlock(4, 700); // Ports that are free now.
  place.close();
  const { first } = place.whole;
  const block = await givenPortBlock(2, { first, last: first + 20 });
  expect(block.slots).toEqual([
    { first: first + 1, last: first + 10 },
    { first: first + 11, last: first + 20 },
  ]);
  await expect(givenPortBlock(2, { first, last: first + 20 })).rejects.toThrow('does another node run here?');
  block.close();
  await expect(givenPortBlock(4, { first, last: first + 20 })).rejects.toThrow('--slots 4 needs 33 ports');
});
