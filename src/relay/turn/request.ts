// src/relay/turn/request.ts - what every handler gets and gives: an authenticated request, and a success to fill or an
// error code.
import type { Result } from '../../base/result.ts';
import type { Identity } from '../credentials.ts';
import type { ClientPath } from '../ports.ts';
import type { MessageWriter, StunMessage } from '../stun/message.ts';
import type { ErrorNumber } from '../stun/registry.ts';
import type { Allocation, KnownKey } from './allocation.ts';
import type { RelayState } from './relay-state.ts';

/** A request whose sender is known and whose attributes are all understood. */
export type TurnRequest = {
  readonly message: StunMessage;
  readonly client: ClientPath;
  readonly identity: Identity;
  readonly knownKey: KnownKey;
};

/** An error, with the attributes that a 420 names. */
export type TurnError = { readonly code: ErrorNumber; readonly unknown?: readonly number[] };

/** Adds the attributes of a success; the reply's head and signature are not its business. */
export type FillReply = (writer: MessageWriter) => void;

/** A handler of Allocate; the only one that may run without an allocation. */
export type AllocateHandler = (
  request: TurnRequest,
  existing: Allocation | undefined,
  state: RelayState,
) => Result<FillReply, TurnError>;

/** A handler of any other method, given the allocation of the request's 5-tuple. */
export type TurnHandler = (
  request: TurnRequest,
  allocation: Allocation,
  state: RelayState,
) => Result<FillReply, TurnError>;
