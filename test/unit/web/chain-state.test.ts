// Goal: the frame of every page tells the one thing that matters most about the chain. Method: answers of GET /api/chain.
import { expect, test } from 'vitest';
import { readChainState } from '../../../clients/web/src/app/chain-state.ts';

test.each([
  [{ state: 'live' }, 'live'],
  [{ state: 'degraded', paused: 'price' }, 'degraded'],
  [{ state: 'live', paused: 'clock' }, 'clock'],
  [{ state: 'offline', paused: 'clock' }, 'offline'],
  [{ state: 'later than this page' }, 'off'],
  ['nothing', 'off'],
  [null, 'off'],
])('%j is told as %s', (body, state) => expect(readChainState(body)).toBe(state));
