// test/planted/cafe-faults.ts - mistakes in a café: each patch is planted in a copy of the tree, and the named test must go
// red there.
import type { PlantedFault } from './plant.ts';

const tab = 'test/unit/cafe/tab.test.ts';
const day = 'test/unit/app/cafe/day.test.ts';
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
  unit('cafe-refusal-leaves-no-line.patch', day, 'a stale page, an unknown seat, a wrong role'),
  unit(
    'cafe-void-twice.patch',
    day,
    'a start by mistake is voided: the money goes back, the seat is free, the time is waived',
  ),
  unit('cafe-cap-forgets-what-ended.patch', day, 'caps of a shift and of a seat bind'),
  unit(
    'cafe-sends-on-top-of-refused.patch',
    'test/unit/web/pages/outbox.test.ts',
    'what somebody else changed waits for a person, and so does all that was typed after it on that seat',
  ),
];
