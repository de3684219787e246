// src/app/money/session-book.ts - the session book: keeps running sessions in memory, writes what it acknowledges, and
// leaves every rule to src/session and src/billing. After a kill the store has all but the last tick.
import type { NodeId, OperatorId, PlayerId, SessionId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { capOn, changeCap } from '../../billing/day-cap.ts';
import { chainGiftKey, chart, transferKey } from '../../billing/ledger.ts';
import { weighVoucher } from '../../billing/voucher-book.ts';
import { type Refusal, refusal } from '../../protocol/error-codes.ts';
import type { SessionList, Timeline } from '../../protocol/http-api.ts';
import type { NodeToHub, Running } from '../../protocol/node-messages.ts';
import type { SignedRecord } from '../../protocol/play-record.ts';
import type { SessionState } from '../../protocol/player-messages.ts';
import type { Receipt } from '../../protocol/receipt.ts';
import type { EndReason } from '../../protocol/shapes.ts';
import type { Signature } from '../../protocol/typed-data.ts';
import {
  consentDigest,
  fromWire,
  openDigest,
  type Voucher,
  voucherDigest,
  voucherType,
} from '../../protocol/voucher.ts';
import { billableMs, countNode, countPlayer } from '../../session/meter.ts';
import { recoveredSession } from '../../session/session.ts';
import type {
  AccountView,
  BookEffect,
  BookedSession,
  OpenedSession,
  OpenSession,
  RelayWitness,
  SessionBook,
} from '../session-book.ts';
import { acceptRecord } from './accept-record.ts';
import { BookCore, type BookParts, STORE_UNAVAILABLE } from './book-core.ts';
import { orOutage } from './flusher.ts';
import type { LiveSession, PlayerTick } from './live-session.ts';
import { closeSession, openSession, settleDoubt } from './open-session.ts';

const UNAVAILABLE = err(STORE_UNAVAILABLE);
const SERVED_SLACK_MS = 30_000; // As the contract has it: clocks of three machines differ.

/** The book over a store of money. One instance per hub process. */
export class MoneyBook implements SessionBook {
  readonly #core: BookCore;

  constructor(parts: BookParts) {
    this.#core = new BookCore(parts);
  }

  async recover(nowMs: number, wallMs: number): Promise<readonly BookedSession[]> {
    const rows = await this.#core.parts.store.takeOver();
    const booked: BookedSession[] = [];
    for (const row of rows) {
      const { player } = row.facts;
      const purse = this.#core.purses.known(player) ?? (await this.#core.purses.fresh(player, wallMs));
      const { meter, firstFrameAtMs } = row.counters;
      const machine = recoveredSession(firstFrameAtMs !== undefined || billableMs(meter) > 0, nowMs);
      booked.push(this.#core.add(row, machine, purse, nowMs, wallMs).booked());
    }
    return booked;
  }

  async open(
    command: OpenSession,
    resumeTokenHash: string,
    nowMs: number,
    wallMs: number,
  ): Promise<Result<OpenedSession, Refusal>> {
    const { recoverSigner, terms } = this.#core.parts;
    const signer = await recoverSigner(consentDigest(terms.domain, command.consent), command.consentSignature);
    if (signer !== command.consent.payer) return err(refusal('CONSENT_BAD', { field: 'signature' }));
    const act = () => openSession(this.#core, command, resumeTokenHash, { nowMs, wallMs });
    return orOutage(() => this.#core.line.run(command.player, act), UNAVAILABLE);
  }

  async acceptOpen(session: SessionId, signature: Signature): Promise<Result<void, Refusal>> {
    const found = this.#core.find(session);
    if (!found.ok) return found;
    const live = found.value;
    if (live.openSignature === signature) return ok(undefined);
    const { recoverSigner, terms, store } = this.#core.parts;
    const signer = await recoverSigner(openDigest(terms.domain, live.facts.open), signature);
    if (signer !== live.facts.open.key) return err(refusal('OPEN_BAD', { field: 'signature' }));
    return orOutage(async () => {
      await store.setOpenSignature(session, signature);
      live.openSignature = signature;
      return ok(undefined);
    }, UNAVAILABLE);
  }

  async playerTick(tick: PlayerTick, nowMs: number, wallMs: number): Promise<Result<readonly BookEffect[], Refusal>> {
    const found = this.#core.find(tick.session);
    if (!found.ok) return found;
    const live = found.value;
    const meter = countPlayer(live.meter, tick);
    // The last tick follows a voucher that counted its time already: what it received is still news.
    if (meter === live.meter && !live.receivedMore(tick)) {
      return this.#core.settle(live, [], nowMs, wallMs); // Late, but what it says may be unwritten.
    }
    live.turnDay(this.#core.purses.day(wallMs));
    this.#progress(live, live.setMeter(meter), nowMs);
    live.note(tick, wallMs);
    if (live.seen) live.step({ kind: 'first-frame' }, nowMs);
    return this.#core.settle(live, [this.#core.stateEffect(live, nowMs)], nowMs, wallMs);
  }

  async nodeTick(
    node: NodeId,
    tick: Extract<NodeToHub, { t: 'tick' }>,
    nowMs: number,
    wallMs: number,
  ): Promise<Result<readonly BookEffect[], Refusal>> {
    const found = this.#servedBy(tick.session, node);
    if (!found.ok) return found;
    const live = found.value;
    const meter = countNode(live.meter, tick.goodMs, tick.epoch);
    if (meter === live.meter) return this.#core.settle(live, [], nowMs, wallMs);
    live.turnDay(this.#core.purses.day(wallMs));
    this.#progress(live, live.setMeter(meter), nowMs);
    return this.#core.settle(live, [this.#core.stateEffect(live, nowMs)], nowMs, wallMs);
  }

  async acceptVoucher(
    session: SessionId,
    voucher: Voucher,
    signature: Signature,
    nowMs: number,
  ): Promise<Result<void, Refusal>> {
    const found = this.#core.find(session);
    if (!found.ok) return found;
    const live = found.value;
    const weigh = () => {
      const servedMs = Math.max(nowMs - live.openedAtMs, live.meter.nodeGoodMs) + SERVED_SLACK_MS;
      return weighVoucher(live.vouchers, { voucher, signature }, { servedLimitMs: BigInt(Math.floor(servedMs)) });
    };
    const first = weigh();
    if (!first.ok) return first;
    if (first.value === 'new') {
      const { recoverSigner, terms } = this.#core.parts;
      const signer = await recoverSigner(voucherDigest(terms.domain, voucher), signature);
      if (signer !== live.facts.open.key) {
        return err(refusal('VOUCHER_BAD_SIGNATURE', { field: 'signature' }));
      }
      const again = weigh(); // Another voucher may have come while this one was verified.
      if (!again.ok) return again;
      if (again.value === 'new') this.#progress(live, live.setVoucher({ voucher, signature }), nowMs);
    }
    return this.#core.keep(live, nowMs);
  }

  async relayWitness(witness: RelayWitness): Promise<void> {
    this.#core.live.get(witness.session)?.witness(witness); // Written with the next tick: it is no money.
  }

  acceptRecord(node: NodeId, session: SessionId, signed: SignedRecord): Promise<Result<number, Refusal>> {
    return orOutage(() => acceptRecord(this.#core, node, session, signed), UNAVAILABLE);
  }

  async nodeBack(node: NodeId, running: Running, nowMs: number): Promise<Result<void, Refusal>> {
    const found = this.#servedBy(running.session, node);
    if (!found.ok) return found;
    const live = found.value;
    if (live.machine.state === 'ended') return err(refusal('SESSION_ENDED'));
    if (running.lease !== live.facts.lease) return err(refusal('FORBIDDEN'));
    live.step({ kind: 'node-back' }, nowMs);
    this.#progress(live, live.setMeter(countNode(live.meter, running.goodMs, running.epoch)), nowMs);
    return this.#core.keep(live, nowMs);
  }

  async nodeEnded(
    node: NodeId,
    ended: Extract<NodeToHub, { t: 'ended' }>,
    nowMs: number,
    wallMs: number,
  ): Promise<Result<void, Refusal>> {
    const found = this.#servedBy(ended.session, node);
    if (!found.ok) return found;
    const live = found.value;
    live.turnDay(this.#core.purses.day(wallMs));
    live.setMeter(countNode(live.meter, ended.goodMs, live.meter.epoch));
    const voucher = ended.voucher === undefined ? undefined : fromWire<Voucher>(voucherType, ended.voucher);
    if (voucher?.ok === true && ended.voucherSignature !== undefined) {
      // A voucher that is refused is one the hub has already, or a lie; the count above stands either way.
      await this.acceptVoucher(ended.session, voucher.value, ended.voucherSignature, nowMs);
    }
    return this.#core.keep(live, nowMs);
  }

  async nodeLost(session: SessionId, nowMs: number): Promise<void> {
    this.#step(session, 'node-lost', nowMs);
  }

  async playerGone(session: SessionId, nowMs: number): Promise<void> {
    this.#step(session, 'player-gone', nowMs);
  }

  async playerBack(session: SessionId, nowMs: number): Promise<Result<BookedSession, Refusal>> {
    const found = this.#core.find(session);
    if (!found.ok) return found;
    const live = found.value;
    if (live.machine.state === 'ended') return err(refusal('SESSION_ENDED'));
    this.#step(session, 'player-back', nowMs);
    return ok(live.booked());
  }

  nextDueMs(): number | undefined {
    return this.#core.nextDueMs;
  }

  async due(nowMs: number, wallMs: number): Promise<readonly BookEffect[]> {
    const acts: Promise<readonly BookEffect[]>[] = [];
    for (let id = this.#core.popDue(nowMs); id !== undefined; id = this.#core.popDue(nowMs)) {
      const live = this.#core.live.get(id);
      if (live !== undefined) acts.push(this.#review(live, nowMs, wallMs));
      else acts.push(settleDoubt(this.#core, id, { nowMs, wallMs }).then(() => []));
    }
    return (await Promise.all(acts)).flat();
  }

  async close(session: SessionId, reason: EndReason, nowMs: number, wallMs: number): Promise<Result<Receipt, Refusal>> {
    return orOutage(async () => {
      const live = this.#core.live.get(session);
      if (live === undefined) return this.#receipt(session);
      return this.#core.line.run(live.player, () =>
        this.#core.live.has(session)
          ? closeSession(this.#core, live, reason, { nowMs, wallMs })
          : this.#receipt(session),
      );
    }, UNAVAILABLE);
  }

  find(session: SessionId): BookedSession | undefined {
    return this.#core.live.get(session)?.booked();
  }

  running(player: PlayerId): readonly BookedSession[] {
    return this.#core.purses.sessionsOf(player).map((live) => live.booked());
  }

  state(session: SessionId, nowMs: number): SessionState | undefined {
    const live = this.#core.live.get(session);
    return live === undefined ? undefined : this.#core.state(live, nowMs);
  }

  async receipt(session: SessionId, reader: PlayerId | OperatorId): Promise<Result<Receipt, Refusal>> {
    const found = await orOutage(() => this.#receipt(session), UNAVAILABLE);
    if (found.ok && found.value.player !== reader && found.value.operator !== reader) return err(refusal('FORBIDDEN'));
    return found;
  }

  async history(player: PlayerId, limit: number, beforeMs?: number): Promise<SessionList['sessions']> {
    const list = await this.#core.parts.store.history(player, limit, beforeMs);
    return list.map((entry) => {
      const live = this.#core.live.get(entry.session);
      return live === undefined
        ? entry
        : { ...entry, billedMs: Number(live.billedMs), costWei: live.costWei.toString() };
    });
  }

  async timeline(session: SessionId, reader: PlayerId | OperatorId): Promise<Result<Timeline, Refusal>> {
    const { store } = this.#core.parts;
    return orOutage(async () => {
      const row = await store.session(session);
      if (row === undefined) return err(refusal('SESSION_UNKNOWN'));
      if (row.facts.player !== reader && row.facts.operator !== reader) return err(refusal('FORBIDDEN'));
      return ok({ samples: [...(await store.samples(session))] });
    }, UNAVAILABLE);
  }

  earned(operator: OperatorId): Promise<ReadonlyMap<NodeId, bigint>> {
    return this.#core.parts.store.earned(operator);
  }

  async account(player: PlayerId, wallMs: number): Promise<AccountView> {
    const purse = await this.#core.purses.fresh(player, wallMs);
    const capWei = capOn(purse.cap, purse.day);
    return {
      balanceWei: purse.freeWei,
      heldWei: purse.heldWei,
      spentTodayWei: purse.spentTodayWei,
      ...(capWei !== null && { capWei }),
    };
  }

  async setCap(player: PlayerId, capWei: bigint | null, wallMs: number): Promise<void> {
    await this.#core.line.run(player, async () => {
      const purse = await this.#core.purses.fresh(player, wallMs);
      const cap = changeCap(purse.cap, capWei, purse.day);
      await this.#core.parts.store.setCap(player, cap);
      purse.cap = cap;
    });
  }

  async welcomeGift(player: PlayerId, amountWei: bigint, wallMs = 0): Promise<void> {
    const { store, terms } = this.#core.parts;
    const accounts = chart(terms.currency);
    const transfer = { to: accounts.player(player), amountWei, atMs: wallMs };
    // Two names: who was given play money by a hub without a chain is given coins once there is one.
    const gift =
      terms.giftsFrom === 'chain'
        ? { ...transfer, from: accounts.chain, key: chainGiftKey(player) }
        : { ...transfer, from: accounts.issued, key: transferKey('gift', player) };
    await store.post([gift]);
  }

  #servedBy(session: SessionId, node: NodeId): Result<LiveSession, Refusal> {
    const found = this.#core.find(session);
    return found.ok && found.value.facts.node !== node ? err(refusal('FORBIDDEN')) : found;
  }

  /** Both sides counted more good time: play goes on. */
  #progress(live: LiveSession, grew: boolean, nowMs: number): void {
    if (grew) live.step({ kind: 'progress' }, nowMs);
  }

  #step(session: SessionId, kind: 'node-lost' | 'player-gone' | 'player-back', nowMs: number): void {
    const live = this.#core.live.get(session);
    if (live === undefined) return;
    live.step({ kind }, nowMs);
    this.#core.schedule(live, nowMs);
  }

  async #review(live: LiveSession, nowMs: number, wallMs: number): Promise<readonly BookEffect[]> {
    const effects: BookEffect[] = [...live.untold];
    live.untold = [];
    if (live.step({ kind: 'deadline' }, nowMs)) effects.push(this.#core.stateEffect(live, nowMs));
    const { machine } = live;
    if (machine.state === 'ended') {
      const told = effects.some(({ kind }) => kind === 'end');
      if (!told) effects.push({ kind: 'end', session: live.id, reason: machine.reason });
    }
    live.turnDay(this.#core.purses.day(wallMs));
    const settled = await this.#core.settle(live, effects, nowMs, wallMs);
    return settled.ok ? settled.value : [];
  }

  async #receipt(session: SessionId): Promise<Result<Receipt, Refusal>> {
    const row = await this.#core.parts.store.session(session);
    if (row === undefined) return err(refusal('SESSION_UNKNOWN'));
    return row.receipt === undefined ? err(refusal('NOT_FOUND')) : ok(row.receipt);
  }
}
