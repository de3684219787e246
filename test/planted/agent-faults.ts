// test/planted/agent-faults.ts - mistakes in the rendering node: each patch is planted in a copy of the tree, and the named
// test must go red there.
import type { PlantedFault } from './plant.ts';

/** Faults of src/agent. */
export const agentFaults: readonly PlantedFault[] = [
  {
    patch: 'agent-serves-unsigned.patch',
    suite: 'contract',
    test: {
      file: 'test/contract/agent-session.test.ts',
      name: 'nothing is served before the session key has signed',
    },
  },
  {
    patch: 'agent-voucher-kept-in-memory.patch',
    suite: 'contract',
    test: {
      file: 'test/contract/agent-session.test.ts',
      name: 'start, signature, answer: ready, ticks; a voucher is on the disk before it is acknowledged',
    },
  },
  {
    patch: 'agent-no-shortfall.patch',
    suite: 'unit',
    test: {
      file: 'test/unit/agent/slot-session.test.ts',
      name: 'unpaid time ends at 15 s and a twentieth; paid time goes on',
    },
  },
  {
    patch: 'agent-markers-keep-awake.patch',
    suite: 'unit',
    test: {
      file: 'test/unit/agent/small-rules.test.ts',
      name: 'markers, released keys and trembling sticks are no sign of life; a key, a mouse and a pushed stick are',
    },
  },
  {
    patch: 'agent-forgets-ends.patch',
    suite: 'contract',
    test: {
      file: 'test/contract/agent-session.test.ts',
      name: 'a session that ends while the hub is away is told at each hello until the hub has kept it',
    },
  },
  {
    patch: 'agent-slot-speaks-for-all.patch',
    suite: 'contract',
    test: {
      file: 'test/contract/agent-faults.test.ts',
      name: 'a slot that speaks for a session that is not its own is killed, and its session told',
    },
  },
  {
    patch: 'agent-hides-no-address.patch',
    suite: 'unit',
    test: {
      file: 'test/unit/agent/advertise.test.ts',
      name: 'only: own addresses are hidden, in candidates and in the offer; the end mark stays',
    },
  },
];
