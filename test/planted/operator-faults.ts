// test/planted/operator-faults.ts - pages, commands and alerts that lie to an operator, a console that forgets or that lets one
// operator at another's machines, and the test that must not be taken in.
import type { PlantedFault } from './plant.ts';

const said =
  (suite: string, file: string) =>
  (patch: string, name: string): PlantedFault => ({ patch, suite, test: { file, name } });
const hour = said('e2e', 'test/e2e/operator-hour.test.ts');
const rules = said('unit', 'test/unit/pool/alerts.test.ts');
const alerts = said('contract', 'test/contract/operator-alerts.test.ts');
const fleet = said('contract', 'test/contract/operator-fleet.test.ts');
const STAKE_BACK =
  'the stake of a machine that was taken out comes back in its time, and the wallet is right to the wei';
const PLAN_LIVES = 'a plan outlives the hub, and is taken back by its operator only';
const LAST_END = 'a drain says when the last game ends: by its deadline, or sooner by the player’s money';
const DRAIN_LIVES = 'a drain keeps its deadline over a hub that restarts, and no later one takes its place';

/** Patches in this folder. */
export const operatorFaults: readonly PlantedFault[] = [
  {
    patch: 'operator-epoch-jumps.patch',
    suite: 'unit',
    test: {
      file: 'test/unit/session/meter.test.ts',
      name: 'a process that cannot be yet is not heard, and the one that is goes on',
    },
  },
  hour(
    'operator-stake-counts-unpaid.patch',
    'each time the page is opened anew it names the step that is due, in this order, and no stake is done before it is in',
  ),
  hour('operator-former-stake-out-of-sight.patch', STAKE_BACK),
  hour('operator-exit-by-the-browsers-clock.patch', STAKE_BACK),
  rules(
    'operator-alert-told-again.patch',
    'over any life of a machine each alert is told at most once a way, its end never without its beginning',
  ),
  rules(
    'operator-alert-end-comes-first.patch',
    'an end is told where the beginning was, and nothing is told after an hour',
  ),
  rules('operator-alert-ends-by-ignorance.patch', 'what the hub cannot know neither begins nor ends an alert'),
  alerts(
    'operator-alert-not-written-down.patch',
    'a machine that is away for ten minutes is told once, over both ways, and once that it is back',
  ),
  alerts(
    'operator-mail-code-for-any-address.patch',
    'an address counts once its code came back; settings and codes are their operator’s',
  ),
  fleet('operator-plan-kept-in-memory.patch', PLAN_LIVES),
  fleet('operator-plan-cancelled-by-anybody.patch', PLAN_LIVES),
  fleet(
    'operator-plan-costs-points.patch',
    'maintenance: nobody new before, games end kindly at its start, and the machine serves again by itself',
  ),
  said('unit', 'test/unit/pool/maintenance.test.ts')(
    'operator-plan-splits-where-they-touch.patch',
    'windows that touch or overlap are one absence; in a short gap nobody new comes',
  ),
  fleet(
    'operator-bulk-act-on-anothers.patch',
    'one act on many machines; when one of them is somebody else’s, it is done to none',
  ),
  fleet('operator-drain-ends-with-the-first.patch', LAST_END),
  fleet('operator-drain-blind-to-money.patch', LAST_END),
  fleet('operator-drain-forgotten-on-return.patch', DRAIN_LIVES),
  fleet('operator-drain-undone-by-a-heartbeat.patch', DRAIN_LIVES),
  said('contract', 'test/contract/hub-nodes.test.ts')(
    'operator-drain-untold-after-reload.patch',
    'a draining node takes nobody new and tells those it has; started again it serves',
  ),
  said('contract', 'test/contract/hub-store.test.ts')(
    'operator-tags-of-another.patch',
    'tags are the operator’s, not the machine’s',
  ),
  said('contract', 'test/contract/operator-console.test.ts')(
    'operator-sees-anothers-games.patch',
    'a game that runs is shown with its picture, line and encoder, to its operator only, and without its player',
  ),
];
