// src/relay/stun/attributes/password-algorithm.ts - PASSWORD-ALGORITHM: which of the offered ways the client took. RFC 8489
// section 14.12.
import { err, ok, type Result } from '../../../base/result.ts';
import type { PasswordAlgorithm } from '../../credentials.ts';
import { passwordAlgorithmNumbers } from '../registry.ts';

/** Reads the choice: number and an empty parameter list. Refuses what we did not offer. */
export function decodePasswordAlgorithm(value: Uint8Array): Result<PasswordAlgorithm, 'not-offered'> {
  if (value.length !== 4 || value[0] !== 0 || value[2] !== 0 || value[3] !== 0) return err('not-offered');
  if (value[1] === passwordAlgorithmNumbers.md5) return ok('md5');
  return value[1] === passwordAlgorithmNumbers['sha-256'] ? ok('sha-256') : err('not-offered');
}
