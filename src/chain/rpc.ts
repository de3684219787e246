// src/chain/rpc.ts - JSON-RPC over two or more addresses of one chain: whichever gives an answer that can be read is used, one
// that says another chain id never. Every answer is `unknown` until a decoder says otherwise.
import { OutageError } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import { err, ok, type Result } from '../base/result.ts';

/** Every node that answered did so with an error; this is the first one's. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** What is known of one address. */
export type AddressFact = {
  readonly url: string;
  readonly state: 'unknown' | 'good' | 'silent' | 'wrong-chain' | 'behind';
  readonly headNumber: number | undefined;
};

/** What a pool is made from. `fetch` is the platform's, or a test's. */
export type RpcParts = {
  readonly urls: readonly string[];
  readonly chainId: bigint;
  readonly clock: Clock;
  /** How long one address may take. */
  readonly answerMs?: number;
  readonly fetch?: typeof globalThis.fetch;
};

const ANSWER_MS = 4_000; // A block has 6 s; whoever needs longer is asked again later and another one now.
const ANSWER_BYTES_MAX = 16 * 1_048_576; // Logs of a thousand blocks; more is a node gone mad.
const BEHIND_BLOCKS = 10; // A minute: such a node is still catching up, and its 'not there' means nothing.

/** A method and its parameters. */
export type Question = readonly [method: string, params: readonly unknown[]];
type Entry = { readonly url: string; state: AddressFact['state']; headNumber: number | undefined };

function numberOf(value: unknown): number | undefined {
  return typeof value === 'string' && /^0x[0-9a-f]{1,13}$/i.test(value) ? Number(value) : undefined;
}

/** The body of an answer, read no further than it may be long. */
async function textOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let [text, bytes] = ['', 0];
  for await (const part of body ?? []) {
    bytes += part.length;
    if (bytes > ANSWER_BYTES_MAX) throw new OutageError('chain: an answer is too large');
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}

/** The addresses of one chain. */
export class RpcPool {
  readonly #parts: RpcParts;
  readonly #entries: Entry[];
  #id = 0;
  /** When the highest head was last seen to move, by the monotonic clock: a wall clock that jumps says nothing. */
  #movedAtMs: number | undefined;
  #headNumber = -1;

  constructor(parts: RpcParts) {
    this.#parts = parts;
    this.#entries = parts.urls.map((url) => ({ url, state: 'unknown', headNumber: undefined }));
  }

  /** What is known of each address, as of the last `look`. */
  get addresses(): readonly AddressFact[] {
    return this.#entries.map((entry) => ({ ...entry }));
  }

  /** Milliseconds since the head last moved; undefined before any address answered. */
  headAgeMs(): number | undefined {
    return this.#movedAtMs === undefined ? undefined : this.#parts.clock.monotonicMs() - this.#movedAtMs;
  }

  /** Asks every address for its chain and its head. Throws nothing: what it found is in `addresses`. */
  async look(): Promise<void> {
    await Promise.all(this.#entries.map((entry) => this.#lookAt(entry)));
    const heads = this.#entries.flatMap(({ state, headNumber }) => (state === 'good' ? [headNumber ?? 0] : []));
    const best = Math.max(-1, ...heads);
    for (const entry of this.#entries) {
      if (entry.state === 'good' && (entry.headNumber ?? 0) < best - BEHIND_BLOCKS) entry.state = 'behind';
    }
    if (best >= 0 && best !== this.#headNumber) {
      this.#movedAtMs = this.#parts.clock.monotonicMs();
      this.#headNumber = best;
    }
  }

  async #lookAt(entry: Entry): Promise<void> {
    try {
      const [chain, head] = await Promise.all([
        this.#ask(entry, 'eth_chainId', []),
        this.#ask(entry, 'eth_blockNumber', []),
      ]);
      entry.headNumber = numberOf(head);
      const said = typeof chain === 'string' && /^0x[0-9a-f]{1,16}$/i.test(chain) ? BigInt(chain) : undefined;
      if (said === undefined || entry.headNumber === undefined) entry.state = 'silent';
      else entry.state = said === this.#parts.chainId ? 'good' : 'wrong-chain';
    } catch {
      entry.state = 'silent'; // Also for an error answer: a node that cannot say its chain id is of no use.
    }
  }

  /**
   * Calls a method at the first address with an answer that `read` takes, the last known good ones first. An address with a
   * limit, a lack or a fault of its own does not keep the others from being asked.
   * @param read decodes the answer; throws OutageError for one that is none
   * @throws RpcError when none has an answer and one has an error, OutageError when no address answers
   */
  async call<T = unknown>(
    method: string,
    params: readonly unknown[],
    read: (answer: unknown) => T = (answer) => answer as T,
  ): Promise<T> {
    return this.together([[method, params]], ([answer]) => read(answer));
  }

  /**
   * Asks one address several questions, one after the other, and takes its answers only as a whole: what two addresses say need
   * not fit together. Else as `call`.
   */
  async together<T>(questions: readonly Question[], read: (answers: readonly unknown[]) => T): Promise<T> {
    const failures: unknown[] = [];
    for (const entry of await this.#usable()) {
      const answer = await this.#try(entry, questions, read);
      if (answer.ok) return answer.value;
      failures.push(answer.error);
    }
    const telling = failures.find((failure) => failure instanceof RpcError);
    const asked = [...new Set(questions.map(([method]) => method))].join(', ');
    throw telling ?? new OutageError(`chain: no address answers ${asked}`, { cause: failures[0] });
  }

  /**
   * Asks for somebody else, at the first address. What a stranger asks may have no answer in time, or one that is too large: that
   * says nothing of the address. Throws RpcError and OutageError.
   */
  async passOn(method: string, params: readonly unknown[]): Promise<unknown> {
    const [entry] = await this.#usable();
    if (entry === undefined) throw new OutageError(`chain: no address answers ${method}`);
    try {
      return await this.#ask(entry, method, params);
    } catch (cause) {
      if (cause instanceof RpcError) throw cause;
      throw new OutageError(`chain: no answer to a stranger's ${method}`, { cause });
    }
  }

  /** Gives the same to every address at once: one that takes it and does nothing with it keeps nothing back. Throws nothing. */
  async tellAll(method: string, params: readonly unknown[]): Promise<readonly Result<unknown, unknown>[]> {
    const asIs = ([answer]: readonly unknown[]): unknown => answer;
    return Promise.all((await this.#usable()).map((entry) => this.#try(entry, [[method, params]], asIs)));
  }

  /** What one address says. One that does not answer is silent until the next look. */
  async #try<T>(
    entry: Entry,
    questions: readonly Question[],
    read: (answers: readonly unknown[]) => T,
  ): Promise<Result<T, unknown>> {
    const answers: unknown[] = [];
    try {
      for (const [method, params] of questions) answers.push(await this.#ask(entry, method, params));
    } catch (cause) {
      if (!(cause instanceof RpcError)) entry.state = 'silent';
      return err(cause);
    }
    try {
      return ok(read(answers));
    } catch (cause) {
      if (cause instanceof OutageError) return err(cause);
      throw cause;
    }
  }

  /** Good ones in the order given, then those that are behind; a silent one waits for the next `look`. */
  async #usable(): Promise<Entry[]> {
    if (this.#entries.every(({ state }) => state === 'unknown')) await this.look();
    const by = (wanted: AddressFact['state']) => this.#entries.filter(({ state }) => state === wanted);
    return [...by('good'), ...by('behind')];
  }

  async #ask({ url }: Entry, method: string, params: readonly unknown[]): Promise<unknown> {
    const { fetch = globalThis.fetch, answerMs = ANSWER_MS } = this.#parts;
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: ++this.#id, method, params }),
      signal: AbortSignal.timeout(answerMs),
      redirect: 'error',
    });
    const answer: unknown = JSON.parse(await textOf(response));
    if (typeof answer !== 'object' || answer === null) throw new OutageError('chain: an answer is no object');
    if ('error' in answer && typeof answer.error === 'object' && answer.error !== null) {
      const code = 'code' in answer.error && typeof answer.error.code === 'number' ? answer.error.code : 0;
      const message = 'message' in answer.error ? String(answer.error.message).slice(0, 400) : 'error';
      throw new RpcError(code, message);
    }
    if (!('result' in answer)) throw new OutageError('chain: an answer has no result');
    return answer.result;
  }
}
