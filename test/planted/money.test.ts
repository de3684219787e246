// Goal: the proofs of money can fail. Method: each patch of money-faults.ts is a mistake that people really make; planted
// in a copy of the tree, the test named beside it must turn red within 200 seeds, and be green without it.
import { moneyFaults } from './money-faults.ts';
import { testFaults } from './notice.ts';

testFaults(moneyFaults, { MONEY_SEEDS: '200' }, { status: 'failed' });
