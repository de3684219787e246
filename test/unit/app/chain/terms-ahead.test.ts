// Goal: each change of the contract's terms is known to the millisecond before it comes. Method: contracts that change at random
// moments, none to three times within the span that is asked for.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EscrowTerms } from '../../../../src/app/chain/ports.ts';
import { termsAhead, termsIn } from '../../../../src/app/chain/terms-ahead.ts';

const WALL_MS = 1_790_000_000_123.5;
const TERMS: EscrowTerms = { burnPolicy: 1, gpuTier: 0, burnBps: 3_000, platformBps: 500, baseFloorWei: 0n };

test('whatever changes within ten minutes is found at its millisecond, in few questions', async () => {
  const changes = fc.uniqueArray(fc.integer({ min: 1, max: 600_000 }), { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(changes, async (unsorted) => {
      const changesMs = unsorted.toSorted((a, b) => a - b);
      let asked = 0;
      const at = (startedAtMs: number): EscrowTerms => {
        const passed = changesMs.filter((change) => startedAtMs >= Math.floor(WALL_MS) + change).length;
        return { ...TERMS, platformBps: 500 + passed };
      };
      const termsAt = async (startedAtMs: number) => {
        asked++;
        return at(startedAtMs);
      };
      const spans = await termsAhead({ termsAt }, WALL_MS);
      for (const change of [0, ...changesMs, 600_000]) {
        for (const atMs of [Math.floor(WALL_MS) + change - 1, Math.floor(WALL_MS) + change]) {
          if (atMs >= Math.floor(WALL_MS)) expect(termsIn(spans, atMs)).toEqual(at(atMs));
        }
      }
      expect(asked).toBeLessThanOrEqual(2 + 20 * changesMs.length);
    }),
    { numRuns: 300 },
  );
  expect(termsIn([], WALL_MS)).toBeUndefined();
});
