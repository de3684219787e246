// src/protocol/chain-states.ts - the words for how the chain is doing; apart from chain-api.ts, so that a page can show
// them without loading every schema.

/** `degraded`: the newest block is old or only one node answers. `offline`: none answers. `off`: this hub uses no chain. */
export const chainStates = ['live', 'degraded', 'offline', 'off'] as const;
/** One of the states above. */
export type ChainState = (typeof chainStates)[number];
