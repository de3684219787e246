// clients/web/src/player/start-times.ts - the five moments between the press of 'play' and a game that answers.

/** In the order in which they come. */
export const startSteps = ['seat', 'game', 'path', 'frame', 'input'] as const;
/**
 * seat: a node's seat is ours · game: the game runs and the node offers · path: media can flow · frame: the first
 * decoded picture · input: the first picture that answers an input.
 */
export type StartStep = (typeof startSteps)[number];
/** Milliseconds after the press; absent until a moment came. */
export type StartTimes = { readonly [step in StartStep]?: number };
