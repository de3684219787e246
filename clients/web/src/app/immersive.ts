// clients/web/src/app/immersive.ts - whether a game fills the page: then the frame around it goes away.
import { createStore } from '../player/store.ts';

/** True while a game fills the page. */
export const immersive = createStore(false);
