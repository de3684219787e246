// test/planted/index.ts - faults planted as patches: each names the test that must find it. They are applied to a copy of
// the tree, never to this one, and the named test must fail there.

/** `patch`: file beside this one; `suite`: vitest project; `test`: the file and the name of the test that goes red. */
export const plantedFaults: readonly { patch: string; suite: string; test: { file: string; name: string } }[] = [
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
];
