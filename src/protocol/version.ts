// src/protocol/version.ts - the one version of everything peers say to each other.

/** Raised when an old peer could misread a message. Peers say it first; the hub refuses others with VERSION_UNKNOWN. */
export const PROTOCOL_VERSION = 2;
