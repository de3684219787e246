// test/planted/index.ts - faults planted as patches: each names the test that must find it. They are applied to a copy of
// the tree, never to this one, and the named test must fail there.

import { agentFaults } from './agent-faults.ts';
import { cafeFaults } from './cafe-faults.ts';
import { chainFaults } from './chain-faults.ts';
import { moneyFaults } from './money-faults.ts';
import { operatorFaults } from './operator-faults.ts';
import type { PlantedFault } from './plant.ts';
import { relayFaults } from './relay-faults.ts';

/** All of them; each patch of this folder stands here once. */
export const plantedFaults: readonly PlantedFault[] = [
  ...moneyFaults,
  ...agentFaults,
  ...cafeFaults,
  ...chainFaults,
  ...operatorFaults,
  ...relayFaults,
  {
    patch: 'hub-authority-vouches-for-all.patch',
    suite: 'contract',
    test: {
      file: 'test/contract/hub-tls.test.ts',
      name: 'with its key stolen, the authority still opens no site of the internet',
    },
  },
  {
    patch: 'store-quota-is-a-mistake.patch',
    suite: 'contract',
    test: {
      file: 'test/contract/money-outage.test.ts',
      name: 'a database that is out of disk for ten seconds of play costs nobody anything',
    },
  },
  {
    patch: 'media-fragment-never-ends.patch',
    suite: 'unit',
    test: {
      file: 'test/unit/media/h264-packetizer.test.ts',
      name: 'every unit arrives as it was, in order, whatever its size',
    },
  },
  {
    patch: 'media-repeats-within-round-trip.patch',
    suite: 'unit',
    test: {
      file: 'test/unit/media/packet-history.test.ts',
      name: 'the same wish within a round trip is the same loss',
    },
  },
  {
    patch: 'media-standing-queue-ignored.patch',
    suite: 'unit',
    test: {
      file: 'test/unit/media/rate-controller.test.ts',
      name: 'a growing queue cuts within one report, and growth comes back after it',
    },
  },
  {
    patch: 'media-old-motion-taken.patch',
    suite: 'unit',
    test: {
      file: 'test/unit/media/input.test.ts',
      name: 'of motion in any order only ever newer frames get in, over the wrap too',
    },
  },
  {
    patch: 'media-input-waits-for-tick.patch',
    suite: 'unit',
    test: {
      file: 'test/unit/media/clocks.test.ts',
      name: 'an input between two ticks gets its picture at once, and the grid stays',
    },
  },
  {
    patch: 'media-rtx-without-number.patch',
    suite: 'unit',
    test: {
      file: 'test/unit/media/rtp-packet.test.ts',
      name: 'a retransmission carries the original number and payload under its own stream',
    },
  },
  {
    patch: 'stream-unsigned-check-let-in.patch',
    suite: 'unit',
    test: {
      file: 'test/unit/stream/guarded-socket.test.ts',
      name: 'signed for us, for another, with another password, and not at all',
    },
  },
  {
    patch: 'stream-bad-channel-data-unguarded.patch',
    suite: 'unit',
    test: {
      file: 'test/unit/stream/peers.test.ts',
      name: 'malformed SCTP and channel messages of a page end nothing: the echo goes on',
    },
  },
  {
    patch: 'stream-first-picture-no-key.patch',
    suite: 'unit',
    test: {
      file: 'test/unit/stream/encoders.test.ts',
      name: 'begins with a key picture, and again with each new encoder',
    },
  },
  {
    patch: 'game-near-worth-nothing.patch',
    suite: 'unit',
    test: {
      file: 'test/unit/game/step.test.ts',
      name: 'what is shot near home counts more than the same shot far out',
    },
  },
  {
    patch: 'game-time-counts-as-input.patch',
    suite: 'unit',
    test: {
      file: 'test/unit/game/arcade.test.ts',
      name: 'on the title the state does not change by itself, though the demonstration plays',
    },
  },
  {
    patch: 'game-key-repeat-is-a-press.patch',
    suite: 'unit',
    test: {
      file: 'test/unit/game/pilot.test.ts',
      name: 'a key that repeats, and a trigger that is pulled further, is one press',
    },
  },
  {
    patch: 'game-title-uses-up-the-seed.patch',
    suite: 'unit',
    test: {
      file: 'test/unit/game/arcade.test.ts',
      name: 'the run after the seed is the same however long the title was shown, and the next one is another',
    },
  },
  {
    patch: 'render-light-wraps.patch',
    suite: 'unit',
    test: {
      file: 'test/unit/render/raster/surface.test.ts',
      name: 'every byte of a sum is the sum of the bytes, at most 255',
    },
  },
  {
    patch: 'render-sound-catches-up-for-ever.patch',
    suite: 'unit',
    test: {
      file: 'test/unit/render/sound/pcm-clock.test.ts',
      name: 'after a stall a few pieces are caught up, the rest is left out',
    },
  },
  {
    patch: 'render-save-climbs-out.patch',
    suite: 'unit',
    test: {
      file: 'test/unit/render/saves/save-pack.test.ts',
      name: 'the path "../up" is refused on the way out and on the way in; a good one is taken',
    },
  },
  {
    patch: 'render-save-follows-links.patch',
    suite: 'unit',
    test: {
      file: 'test/unit/render/saves/save-files.test.ts',
      name: 'a link to a file or folder outside is not followed, wherever it lies on the way',
    },
  },
  {
    patch: 'render-mouse-jumps-after-reload.patch',
    suite: 'unit',
    test: {
      file: 'test/unit/render/x11/injector.test.ts',
      name: 'after release-all the next page counts from zero without a jump',
    },
  },
  {
    patch: 'render-home-inherits-environment.patch',
    suite: 'contract',
    test: {
      file: 'test/contract/render-x11.test.ts',
      name: 'its programs get no more of us than a path, cannot gain rights, and run as a user of their own when we are root',
    },
  },
  {
    patch: 'render-game-in-our-network.patch',
    suite: 'contract',
    test: { file: 'test/contract/render-sandbox.test.ts', name: 'does not reach what listens on this machine' },
  },
  {
    patch: 'render-display-shares-memory.patch',
    suite: 'contract',
    test: {
      file: 'test/contract/render-sandbox.test.ts',
      name: 'does not see it on its own display either, which would fetch it',
    },
  },
  {
    patch: 'render-no-filter.patch',
    suite: 'contract',
    test: {
      file: 'test/contract/render-sandbox.test.ts',
      name: 'leaves no key in the keyring that the next player would have too',
    },
  },
  {
    patch: 'render-display-socket-stays.patch',
    suite: 'contract',
    test: {
      file: 'test/contract/render-x11.test.ts',
      name: 'when the process that plays is killed, its programs die with it, and the next opening wipes the rest',
    },
  },
  {
    patch: 'hub-own-silence-is-the-nodes.patch',
    suite: 'contract',
    test: {
      file: 'test/contract/hub-nodes.test.ts',
      name: 'a hub that was stopped for a while does not take its own silence for the node’s',
    },
  },
];
