// src/main/node-flags.ts - how Node is started for a command of ours. The script `nearcade` says the same for what a person
// starts (test/checks/tree.test.ts).

/** Types are stripped by Node; it need not say so each time. */
const ALWAYS = '--disable-warning=ExperimentalWarning';
/**
 * A hub's messages are small and die young. V8's usual nursery lets a full hub hold some 480 MB, of which a
 * fifth is alive; with this one it holds some 400 (docs/BENCHMARKS.md, 'Cafés').
 */
const HUB = '--max-semi-space-size=8';

/** Flags of Node for a command. */
export function nodeFlags(command: string | undefined): readonly string[] {
  return command === 'hub' ? [ALWAYS, HUB] : [ALWAYS];
}
