// test/planted/media-faults.ts - mistakes in streaming: each patch is planted in a copy of the tree, and the named test must
// go red there.
import type { PlantedFault } from './plant.ts';

const unit = (file: string) => `test/unit/${file}.test.ts`;

/** Faults of src/media and src/stream. */
export const mediaFaults: readonly PlantedFault[] = [
  {
    patch: 'media-fragment-never-ends.patch',
    suite: unit('media/h264-packetizer'),
    test: 'every unit arrives as it was, in order, whatever its size',
  },
  {
    patch: 'media-repeats-within-round-trip.patch',
    suite: unit('media/packet-history'),
    test: 'the same wish within a round trip is the same loss',
  },
  {
    patch: 'media-standing-queue-ignored.patch',
    suite: unit('media/rate-controller'),
    test: 'a growing queue cuts within one report, and growth comes back after it',
  },
  {
    patch: 'media-old-motion-taken.patch',
    suite: unit('media/input'),
    test: 'of motion in any order only ever newer frames get in, over the wrap too',
  },
  {
    patch: 'media-input-waits-for-tick.patch',
    suite: unit('media/clocks'),
    test: 'an input between two ticks gets its picture at once, and the grid stays',
  },
  {
    patch: 'media-rtx-without-number.patch',
    suite: unit('media/rtp-packet'),
    test: 'a retransmission carries the original number and payload under its own stream',
  },
  {
    patch: 'stream-unsigned-check-let-in.patch',
    suite: unit('stream/guarded-socket'),
    test: 'signed for us, for another, with another password, and not at all',
  },
  {
    patch: 'stream-bad-channel-data-unguarded.patch',
    suite: unit('stream/peers'),
    test: 'malformed SCTP and channel messages of a page end nothing: the echo goes on',
  },
  {
    patch: 'stream-first-picture-no-key.patch',
    suite: unit('stream/encoders'),
    test: 'begins with a key picture, and again with each new encoder',
  },
];
