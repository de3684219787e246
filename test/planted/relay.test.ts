// Goal: the guards of the relay can fail. Method: each patch of relay-faults.ts takes one guard away; planted in a copy of the
// tree, the test named beside it must turn red there, by what it asserts. Without a fault each of them is green.
import { expect } from 'vitest';
import { testFaults } from './notice.ts';
import { relayFaults } from './relay-faults.ts';

testFaults(relayFaults, {}, { status: 'failed', message: expect.stringMatching(/AssertionError/) });
