// test/planted/cafe-faults.ts - mistakes in a café: each patch is planted in a copy of the tree, and the named test must go
// red there.
import type { PlantedFault } from './plant.ts';

const tab = 'test/unit/cafe/tab.test.ts';
const day = 'test/unit/app/cafe/day.test.ts';
const badInput = 'test/contract/cafe-bad-input.test.ts';
const unit = (patch: string, file: string, name: string): PlantedFault => ({
  patch,
  suite: 'unit',
  test: { file, name },
});

/** Faults of src/cafe and src/app/cafe. */
export const cafeFaults: readonly PlantedFault[] = [
  unit(
    'cafe-price-cut-per-span.patch',
    tab,
    'any cut, move within a zone and pause of no time gives the same price, end and count',
  ),
  unit('cafe-window-forgets-yesterday.patch', tab, 'overnight: from 23:00, across midnight, to 07:00'),
  unit(
    'cafe-close-signed-by-anybody.patch',
    'test/unit/app/cafe/till-close.test.ts',
    'who counted signs every number; the hub takes the signature of nobody else and of nothing else',
  ),
  unit(
    'cafe-extend-keeps-the-end.patch',
    'test/unit/app/cafe/end-at.test.ts',
    'it is taken back for all, or for one customer by selling more time',
  ),
  unit(
    'cafe-silent-page-pays.patch',
    'test/unit/app/cafe/lost-play.test.ts',
    'a line that is cut for twenty minutes costs no prepaid minute, and the minutes are listed',
  ),
  unit('cafe-refusal-leaves-no-line.patch', day, 'a stale page, an unknown seat, a wrong role'),
  unit(
    'cafe-void-twice.patch',
    day,
    'a start by mistake is voided: the money goes back, the seat is free, the time is waived',
  ),
  unit(
    'cafe-unpaired-device-not-told.patch',
    'test/unit/app/cafe/kiosks.test.ts',
    'a device is told of its own seat, from its pairing to its end',
  ),
  unit(
    'cafe-curfew-in-skipped-hour.patch',
    'test/unit/cafe/curfew.test.ts',
    'a rule that a skipped hour leaves no minute sends nobody away; the night after, it does',
  ),
  unit(
    'cafe-card-sold-twice.patch',
    'test/unit/app/cafe/codes.test.ts',
    'a batch is worth nothing until its codes are sold; what was not sold is withdrawn',
  ),
  unit('cafe-cap-forgets-what-ended.patch', day, 'caps of a shift and of a seat bind'),
  unit(
    'cafe-sends-on-top-of-refused.patch',
    'test/unit/web/pages/outbox.test.ts',
    'what somebody else changed waits for a person, and so does all that was typed after it on that seat',
  ),
  unit(
    'cafe-settings-over-theirs.patch',
    'test/unit/web/pages/settings-draft.test.ts',
    'what was typed lies on top of what somebody else saved meanwhile',
  ),
  unit(
    'cafe-silent-line-doubles.patch',
    'test/unit/app/cafe/kiosks.test.ts',
    'a PC that was switched off without a word is no second device when it is back',
  ),
  unit(
    'cafe-seat-link-outlives-its-guest.patch',
    'test/unit/app/cafe/kiosk-customers.test.ts',
    'the link of a locked seat leads to it for some minutes, and not once somebody sat down there',
  ),
  {
    patch: 'cafe-idle-plays-on.patch',
    suite: 'contract',
    test: {
      file: 'test/contract/cafe-play.test.ts',
      name: 'a seat that stands still ends its session, and goes on with its game when the customer is back',
    },
  },
  {
    patch: 'cafe-unkeepable-text-let-in.patch',
    suite: 'contract',
    test: { file: badInput, name: 'text that nothing can keep is refused, and an emoji is not' },
  },
  {
    patch: 'cafe-stale-page-acts.patch',
    suite: 'contract',
    test: { file: badInput, name: 'every act of the document refuses what is wrong and does what is right, once' },
  },
];
