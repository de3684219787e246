// src/protocol/error-codes.ts - every refusal that a peer can see. The wire carries code and facts; the words are the
// client's. Codes are never renamed or reused; a test compares this table with docs/ERRORS.md, both ways.

/** Whether the same act may succeed later, with another node or relay, or never unchanged. */
export type RetryHint = 'never' | 'later' | 'elsewhere';

/** Code -> HTTP status and retry hint. */
export const errorCodes = {
  MESSAGE_MALFORMED: { httpStatus: 400, retry: 'never' },
  MESSAGE_TOO_LARGE: { httpStatus: 413, retry: 'never' },
  RATE_TOO_HIGH: { httpStatus: 429, retry: 'later' },
  VERSION_UNKNOWN: { httpStatus: 426, retry: 'never' },
  ORIGIN_REFUSED: { httpStatus: 403, retry: 'never' },
  LOGIN_REQUIRED: { httpStatus: 401, retry: 'never' },
  LOGIN_BAD_SIGNATURE: { httpStatus: 401, retry: 'never' },
  LOGIN_NONCE_UNKNOWN: { httpStatus: 401, retry: 'never' },
  LOGIN_TEXT_MISMATCH: { httpStatus: 401, retry: 'never' },
  TICKET_UNKNOWN: { httpStatus: 401, retry: 'never' },
  TOKEN_UNKNOWN: { httpStatus: 401, retry: 'never' },
  FORBIDDEN: { httpStatus: 403, retry: 'never' },
  NOT_FOUND: { httpStatus: 404, retry: 'never' },
  GAME_UNKNOWN: { httpStatus: 404, retry: 'never' },
  SESSION_UNKNOWN: { httpStatus: 404, retry: 'never' },
  SESSION_ENDED: { httpStatus: 410, retry: 'never' },
  SESSION_TAKEN_OVER: { httpStatus: 409, retry: 'never' },
  PEER_UNKNOWN: { httpStatus: 404, retry: 'never' },
  PLAN_EXPIRED: { httpStatus: 410, retry: 'later' },
  PROBE_TICKET_BAD: { httpStatus: 403, retry: 'later' },
  PROBES_FULL: { httpStatus: 503, retry: 'elsewhere' },
  MEASUREMENT_MISSING: { httpStatus: 409, retry: 'later' },
  NO_NODE: { httpStatus: 503, retry: 'later' },
  NO_NODE_NEAR: { httpStatus: 503, retry: 'later' },
  NODES_BUSY: { httpStatus: 503, retry: 'later' },
  QUEUE_FULL: { httpStatus: 503, retry: 'later' },
  NODE_LOST: { httpStatus: 503, retry: 'elsewhere' },
  NODE_DRAINING: { httpStatus: 503, retry: 'elsewhere' },
  NODE_REFUSED: { httpStatus: 502, retry: 'elsewhere' },
  NODE_NOT_BOUND: { httpStatus: 403, retry: 'never' },
  NODE_BAD_SIGNATURE: { httpStatus: 401, retry: 'never' },
  NODE_TWIN: { httpStatus: 409, retry: 'never' },
  NODE_TOKEN_USED: { httpStatus: 401, retry: 'never' },
  RELAY_UNAVAILABLE: { httpStatus: 503, retry: 'later' },
  ALREADY_PLAYING: { httpStatus: 409, retry: 'never' },
  FUNDS_TOO_LOW: { httpStatus: 402, retry: 'never' },
  CAP_REACHED: { httpStatus: 402, retry: 'later' },
  CONSENT_REQUIRED: { httpStatus: 402, retry: 'never' },
  CONSENT_EXCEEDED: { httpStatus: 402, retry: 'never' },
  CONSENT_BAD: { httpStatus: 400, retry: 'never' },
  OPEN_BAD: { httpStatus: 400, retry: 'never' },
  TILL_BAD_SIGNATURE: { httpStatus: 400, retry: 'never' },
  VOUCHER_BAD_SIGNATURE: { httpStatus: 400, retry: 'never' },
  VOUCHER_TOO_LOW: { httpStatus: 409, retry: 'never' },
  VOUCHER_TOO_HIGH: { httpStatus: 400, retry: 'never' },
  IDEMPOTENCY_MISMATCH: { httpStatus: 409, retry: 'never' },
  RECORD_BAD: { httpStatus: 400, retry: 'never' },
  QUOTE_EXPIRED: { httpStatus: 410, retry: 'later' },
  CONVERSION_UNAVAILABLE: { httpStatus: 503, retry: 'later' },
  REFUND_TOO_HIGH: { httpStatus: 409, retry: 'never' },
  ACCOUNT_SUSPENDED: { httpStatus: 403, retry: 'never' },
  MAIL_UNAVAILABLE: { httpStatus: 503, retry: 'later' },
  MAIL_CODE_WRONG: { httpStatus: 401, retry: 'never' },
  MAINTENANCE_BAD: { httpStatus: 409, retry: 'never' },
  NODE_SUSPENDED: { httpStatus: 403, retry: 'never' },
  SAVE_TOO_LARGE: { httpStatus: 413, retry: 'never' },
  MONEY_PAUSED: { httpStatus: 503, retry: 'later' },
  ROLE_TOO_LOW: { httpStatus: 403, retry: 'never' },
  LAST_OWNER: { httpStatus: 409, retry: 'never' },
  STALE_VERSION: { httpStatus: 409, retry: 'never' },
  SEAT_UNKNOWN: { httpStatus: 404, retry: 'never' },
  SEAT_STATE: { httpStatus: 409, retry: 'never' },
  SEAT_RESERVED: { httpStatus: 409, retry: 'later' },
  SEAT_EXISTS: { httpStatus: 409, retry: 'never' },
  HOST_TAKEN: { httpStatus: 409, retry: 'never' },
  ID_TAKEN: { httpStatus: 409, retry: 'never' },
  HOOK_ADDRESS_BAD: { httpStatus: 400, retry: 'never' },
  SETTINGS_BAD: { httpStatus: 400, retry: 'never' },
  SHIFT_REQUIRED: { httpStatus: 409, retry: 'never' },
  SHIFT_OPEN: { httpStatus: 409, retry: 'never' },
  VARIANCE_UNEXPLAINED: { httpStatus: 409, retry: 'never' },
  TARIFF_MISSING: { httpStatus: 409, retry: 'never' },
  PACKAGE_UNAVAILABLE: { httpStatus: 409, retry: 'never' },
  POSTPAID_REFUSED: { httpStatus: 409, retry: 'never' },
  PAYMENT_MISMATCH: { httpStatus: 409, retry: 'never' },
  WALLET_TOO_LOW: { httpStatus: 402, retry: 'never' },
  CURFEW: { httpStatus: 403, retry: 'later' },
  AGE_BAND_REQUIRED: { httpStatus: 409, retry: 'never' },
  MEMBER_UNKNOWN: { httpStatus: 404, retry: 'never' },
  MEMBER_SEATED: { httpStatus: 409, retry: 'never' },
  CODE_UNKNOWN: { httpStatus: 404, retry: 'never' },
  PIN_WRONG: { httpStatus: 401, retry: 'never' },
  PIN_LOCKED: { httpStatus: 429, retry: 'later' },
  RECEIPT_UNKNOWN: { httpStatus: 404, retry: 'never' },
  WINDOW_OVER: { httpStatus: 409, retry: 'never' },
  ALREADY_REVERSED: { httpStatus: 409, retry: 'never' },
  CREDIT_TOO_LARGE: { httpStatus: 409, retry: 'never' },
  SPENDING_CAP: { httpStatus: 402, retry: 'later' },
  RUNWAY_TOO_SHORT: { httpStatus: 402, retry: 'later' },
  LINK_OVER: { httpStatus: 410, retry: 'never' },
  PAIRING_UNKNOWN: { httpStatus: 404, retry: 'never' },
  AMOUNT_TOO_LARGE: { httpStatus: 409, retry: 'never' },
  LIMIT_REACHED: { httpStatus: 409, retry: 'never' },
  CLOCK_OUT_OF_RANGE: { httpStatus: 409, retry: 'never' },
  STORE_UNAVAILABLE: { httpStatus: 503, retry: 'later' },
  SHUTTING_DOWN: { httpStatus: 503, retry: 'later' },
} as const satisfies Record<string, { httpStatus: number; retry: RetryHint }>;

/** One of the codes above. */
export type ErrorCode = keyof typeof errorCodes;

/** What a peer is told when it cannot have what it asked for. `facts` are numbers and short words, never prose. */
export type Refusal = {
  readonly code: ErrorCode;
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
};

/** Makes a refusal; leaves `facts` out when there are none. */
export function refusal(code: ErrorCode, facts?: Refusal['facts']): Refusal {
  return facts === undefined ? { code } : { code, facts };
}
