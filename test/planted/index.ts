// test/planted/index.ts - every planted fault of the project, by who watches over it.
import { mediaFaults } from './media-faults.ts';
import { moneyFaults } from './money-faults.ts';
import type { PlantedFault } from './plant.ts';

/** All of them; each patch of this folder stands here once. */
export const plantedFaults: readonly PlantedFault[] = [...moneyFaults, ...mediaFaults];
