// test/support/evm/laws/law.ts - a law of the contracts: a named run that throws when it does not hold. The contract suite
// runs each on the committed code; test/planted runs some on code with a fault in it, where they must throw.
import { expect } from 'vitest';
import type { Code, Done } from '../world.ts';
import { World, type WorldWish } from '../world.ts';

/** Makes worlds of the code under test. */
export type Worlds = {
  bare(wish?: WorldWish): Promise<World>;
  furnished(wish?: WorldWish): Promise<World>;
};
/** `name` is the test's title. */
export type Law = { readonly name: string; run(worlds: Worlds): Promise<void> };

/** Worlds of some code; without it the committed one. */
export function worldsOf(code?: Code): Worlds {
  const with_ = (wish: WorldWish = {}): WorldWish => (code === undefined ? wish : { ...wish, code });
  return { bare: (wish) => World.bare(with_(wish)), furnished: (wish) => World.furnished(with_(wish)) };
}

/** An act that must be refused, and the same act with nothing wrong in it. */
export type RefusalRow = {
  readonly what: string;
  readonly error: string;
  wrong(world: World): Promise<Done>;
  right(world: World): Promise<Done>;
};

/** Goal: each refusal is given for its reason alone. Method: wrong and right act from one and the same state. */
export async function checkRefusals(world: World, rows: readonly RefusalRow[]): Promise<void> {
  for (const { what, error, wrong, right } of rows) {
    for (const [act, expected] of [
      [wrong, error],
      [right, ''],
    ] as const) {
      const back = await world.chain.snapshot();
      expect((await act(world)).error, `${what}: ${expected === '' ? 'control' : 'refusal'}`).toBe(expected);
      await back();
    }
  }
}

/** The contract holds at least what it owes. */
export async function solvent(world: World): Promise<void> {
  for (const target of ['escrow', 'registry'] as const) {
    const owed: bigint = await world.ask(target, 'liabilities');
    expect((await world.chain.balance(world[target])) >= owed, `${target} holds what it owes`).toBe(true);
  }
}
