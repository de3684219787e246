// src/app/cafe/act.ts - the form of an act: it reads and changes a draft, or refuses.
import type { Result } from '../../base/result.ts';
import type { CafeActBody, CafeActName } from '../../protocol/cafe-acts.ts';
import type { Refusal } from '../../protocol/error-codes.ts';
import type { Draft } from './draft.ts';

/** One act; a refusal means that nothing is written. */
export type Act<N extends CafeActName> = (draft: Draft, body: CafeActBody<N>) => Result<void, Refusal>;
