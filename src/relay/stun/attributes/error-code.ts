// src/relay/stun/attributes/error-code.ts - ERROR-CODE: three digits, and words for whoever reads a capture. RFC 8489
// section 14.8.
import { err, ok, type Result } from '../../../base/result.ts';
import { fromUtf8, toUtf8 } from '../../../base/utf8.ts';
import type { ErrorNumber } from '../registry.ts';

/** Writes a code with its reason phrase; '' for none, which keeps replies to strangers small. */
export function encodeErrorCode(code: ErrorNumber, reason: string): Uint8Array {
  return Uint8Array.of(0, 0, Math.floor(code / 100), code % 100, ...toUtf8(reason));
}

/** Reads a code: 300..699, with any text. */
export function decodeErrorCode(value: Uint8Array): Result<{ code: number; reason: string }, 'bad-value'> {
  const [hundreds, rest] = [(value[2] ?? 0) & 7, value[3] ?? 0];
  const reason = fromUtf8(value.subarray(4));
  if (value.length < 4 || hundreds < 3 || hundreds > 6 || rest > 99 || reason === undefined) return err('bad-value');
  return ok({ code: hundreds * 100 + rest, reason });
}
