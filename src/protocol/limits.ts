// src/protocol/limits.ts - every bound and every time that two sides must agree on, each with its reason.

/** The one timing table (docs/ARCHITECTURE.md, 'One timing table'). Milliseconds on monotonic clocks. */
export const timings = {
  /** A node says 'still here' this often; three missed in a row make it lost. */
  nodeHeartbeatMs: 1_000,
  /** The hub calls a node lost after this much silence, so that its player knows within 3 s. */
  nodeSilenceMs: 2_500,
  /** A node whose socket closed is lost after this: long enough for a reconnect, short enough for the 3 s above. */
  nodeSocketGraceMs: 1_500,
  /** Without a decoded frame for this long the page says 'weak network'. */
  weakNetworkMs: 1_000,
  /** Without a decoded frame for this long the page asks for an ICE restart. */
  iceRestartMs: 3_000,
  /** Without a frame for this long another node is offered, unless the node is known dead: then at once. */
  offerOtherNodeMs: 30_000,
  /** Without a player or without media for this long the session closes and what is held goes back. */
  sessionCloseMs: 120_000,
  /** Cumulative ticks from both sides. */
  tickMs: 5_000,
  /** A signed cumulative voucher from the player. */
  voucherMs: 10_000,
  /** Player and node sign together how far the session is (play-record.ts). */
  recordMs: 60_000,
  /** The page has this long to sign a record; then the node's signature stands alone. */
  recordAnswerMs: 5_000,
  /** A session's state is told to the player this often, so that cost and time left move before their eyes. */
  sessionStateMs: 1_000,
  /** Play money held in advance. */
  holdMs: 60_000,
  /** The hold grows when less than this is left of it. */
  holdExtendBelowMs: 30_000,
  /** The player is told this long before the money ends. */
  moneyWarningMs: 60_000,
  /** No input for this long: 'still playing?' */
  afkWarningMs: 480_000,
  /** And this long after the question without an answer the session ends. */
  afkGraceMs: 60_000,
  /** A plan's quote and its probe tickets live this long. */
  planMs: 60_000,
  probeTicketMs: 30_000,
  /** A seat promised to one player while its session starts. */
  leaseMs: 10_000,
  /** From 'start' to the first decoded frame; after it the session ends and nothing is charged. */
  firstFrameMs: 30_000,
  /** One-use ticket that opens a WebSocket: long enough for a slow phone. */
  socketTicketMs: 30_000,
  /** How long a login lasts without use. */
  loginMs: 7 * 24 * 3_600_000,
  /** A login text must be signed this soon after its nonce was given out. */
  loginNonceMs: 300_000,
  /** Relay credentials outlive the plan or the hold by little and are refreshed in place. */
  relayCredentialMs: 600_000,
  relayCredentialRefreshMs: 240_000,
  /** One measured input a second keeps click-to-frame alive in the HUD. */
  clickProbeMs: 1_000,
  /** A save is packed at the end, and on change at most this often, so that a dead node loses little. */
  saveSnapshotMs: 15_000,
} as const;

/** What makes a second good (DESIGN 6.3). */
export const goodSecond = {
  /** The node must have sent this share of the promised frames. */
  sentShare: 0.9,
  /** The player must have decoded this share. */
  decodedShare: 0.8,
  /** Longest pause between two decoded frames. */
  gapMs: 250,
  /** Over the promised round trip by at most this much. */
  rttSlackMs: 40,
  /** The coded input number must be answered within RTT and this. */
  inputAnswerMs: 150,
} as const;

/** The operator's risk (DESIGN 6.4): served but not vouchered milliseconds at most `baseMs + share * served`. */
export const shortfall = { baseMs: 15_000, share: 0.05 } as const;

/** Sizes and rates. A full queue refuses; nothing waits. */
export const bounds = {
  /** A session's log as a node sends it: with its frame it stays below `signalMessageBytes`. */
  logLines: 400,
  logLineChars: 4_000,
  logBytes: 48 * 1024,
  /** Hashes of a proof that a key belongs to a consent: enough for 65,536 devices. */
  keyProof: 16,
  /** An SDP of a browser is 3-12 KiB; the rest is room for candidates. */
  signalMessageBytes: 64 * 1024,
  sdpChars: 32 * 1024,
  candidateChars: 512,
  /** Messages a player may send: bursts of trickled candidates, then a slow rest. */
  playerMessagesPerSecond: 60,
  playerMessageBurst: 200,
  /** A node speaks for many sessions at once. */
  nodeMessagesPerSecond: 2_000,
  nodeMessageBurst: 8_000,
  /** Unsent bytes towards one socket before it is cut: a reader this slow is gone. */
  socketBacklogBytes: 1024 * 1024,
  /** Sockets from one address: a café of 100 seats with two tabs each. */
  socketsPerAddress: 256,
  /** What changed in the lines of one answer of a café's audit, but for its last line: one act may change half a megabyte. */
  auditBytes: 2 * 1024 * 1024,
  /** Lines of kiosk pages from one address: whoever has a cookie of their own making opens one. */
  kioskLinesPerAddress: 512,
  /** Candidates shown to one player, each with one probe ticket. */
  candidatesMax: 5,
  probeEchoes: 20,
  probesPerNode: 8,
  /** A node's word on when it leaves: as long as a command or an operator can ask for. */
  drainMs: 24 * 3_600_000,
  slotsPerNode: 64,
  nodesMax: 100_000,
  queueMax: 1_000,
  gamesPerNode: 200,
  /** One save of one player and game, packed. */
  saveBytes: 64 * 1024 * 1024,
  /** Input frames: a mouse at 1,000 Hz, coalesced to the display, and four pads. */
  inputFrameBytes: 512,
  inputFramesPerSecond: 1_500,
  textChars: 1_000,
  gamepads: 4,
  /** Address and port pairs that a relay credential may reach. */
  scopePairs: 8,
  httpBodyBytes: 64 * 1024,
} as const;

/** What an encoder may be asked for. */
export const pictureLimits = {
  widthMin: 160,
  widthMax: 3840,
  heightMin: 96,
  heightMax: 2160,
  fpsMin: 5,
  fpsMax: 120,
  kbpsMin: 300,
  kbpsMax: 50_000,
} as const;
