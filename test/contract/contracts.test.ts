// Goal: the contracts keep the laws of docs/MONEY.md. Method: each law runs on the committed code on a chain of this
// process (test/support/evm); test/planted/contracts.test.ts shows that the laws can fail.
import { describe, test } from 'vitest';
import { gasLaws } from '../support/evm/laws/gas.ts';
import { worldsOf } from '../support/evm/laws/law.ts';
import { lifeLaws } from '../support/evm/laws/life.ts';
import { numberLaws } from '../support/evm/laws/numbers.ts';
import { randomLaws } from '../support/evm/laws/random.ts';
import { refusalLaws } from '../support/evm/laws/refusals.ts';
import { stakeLaws } from '../support/evm/laws/stakes.ts';
import { tierLaws } from '../support/evm/laws/tier.ts';

describe.each([
  ['numbers', numberLaws],
  ['refusals', refusalLaws],
  ['lives', lifeLaws],
  ['stakes', stakeLaws],
  ['tier', tierLaws],
  ['random', randomLaws],
  ['gas', gasLaws],
])('%s', (_, laws) => {
  test.each(laws)('$name', ({ run }) => run(worldsOf()));
});
