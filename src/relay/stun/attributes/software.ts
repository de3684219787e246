// src/relay/stun/attributes/software.ts - SOFTWARE: who answers. RFC 8489 section 14.14. No version in it, and never in a
// reply to a stranger: it helps an attacker more than anybody else.
import { toUtf8 } from '../../../base/utf8.ts';

/** What our authenticated Allocate and Refresh responses carry (RFC 8656 section 5). */
export const SOFTWARE_VALUE: Uint8Array = toUtf8('nearcade');
