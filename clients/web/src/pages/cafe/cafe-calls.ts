// clients/web/src/pages/cafe/cafe-calls.ts - the café's interface (protocol/cafe-api.ts, cafe-acts.ts) as functions.
import type { CafeId } from '../../../../../src/base/ids.ts';
import { bodyDecoder } from '../../../../../src/protocol/body-decoder.ts';
import { CafeActAnswerShape, type CafeActBody, type CafeActName } from '../../../../../src/protocol/cafe-acts.ts';
import {
  AuditListShape,
  BatchListShape,
  CafeInfoShape,
  CafeLiveShape,
  CafeReceiptListShape,
  CodeListShape,
  CurfewExampleShape,
  DayReportShape,
  HeatMapShape,
  MemberHistoryShape,
  MemberListShape,
  NewCafeAnswerShape,
  PlaysNowShape,
  PriceAnswerShape,
  ShiftListShape,
} from '../../../../../src/protocol/cafe-api.ts';
import type { CafeSettings } from '../../../../../src/protocol/cafe-settings.ts';
import { CafeListShape } from '../../../../../src/protocol/cafe-things.ts';
import { ask } from '../../player/api.ts';
import type { ReceiptAsk } from './receipt-search.ts';

const decoders = {
  list: bodyDecoder(CafeListShape),
  made: bodyDecoder(NewCafeAnswerShape),
  info: bodyDecoder(CafeInfoShape),
  price: bodyDecoder(PriceAnswerShape),
  plays: bodyDecoder(PlaysNowShape),
  receipts: bodyDecoder(CafeReceiptListShape),
  day: bodyDecoder(DayReportShape),
  heat: bodyDecoder(HeatMapShape),
  audit: bodyDecoder(AuditListShape),
  members: bodyDecoder(MemberListShape),
  member: bodyDecoder(MemberHistoryShape),
  codes: bodyDecoder(CodeListShape),
  batches: bodyDecoder(BatchListShape),
  shifts: bodyDecoder(ShiftListShape),
  act: bodyDecoder(CafeActAnswerShape),
  curfew: bodyDecoder(CurfewExampleShape),
};

/** Reads one message of the floor's stream. */
export const decodeLive = bodyDecoder(CafeLiveShape);

/** What a start would buy, to ask its price. */
export type PriceWish = Omit<CafeActBody<'start'>, 'key' | 'version'>;

/** What is asked of an audit; empty: all. */
export type AuditAsk = { readonly act: string; readonly refused: boolean; readonly date: string };

/** The same in an address. */
export function auditQuery({ act, refused, date }: AuditAsk, before?: number): string {
  const query = new URLSearchParams({
    ...(act === '' ? {} : { act }),
    ...(refused ? { refused: 'true' } : {}),
    ...(date === '' ? {} : { date }),
    ...(before === undefined ? {} : { before: String(before) }),
  }).toString();
  return query === '' ? '' : `?${query}`;
}

/** Every call; each is one request. Acts carry a key that the caller made: sent again with it, they act once. */
export const cafeCalls = {
  list: () => ask('/api/cafe', decoders.list),
  open: (body: { key: string; settings: CafeSettings }) => ask('/api/cafe', decoders.made, { method: 'POST', body }),
  info: (cafe: CafeId) => ask(`/api/cafe/${cafe}`, decoders.info),
  price: (cafe: CafeId, body: PriceWish) => ask(`/api/cafe/${cafe}/price`, decoders.price, { method: 'POST', body }),
  plays: (cafe: CafeId) => ask(`/api/cafe/${cafe}/plays`, decoders.plays),
  curfew: () => ask('/api/cafe-examples/curfew', decoders.curfew),
  /** Receipts, newest first: of a day, by what is known of them, or the last ones. */
  receipts: (cafe: CafeId, wish: ReceiptAsk = {}) =>
    ask(`/api/cafe/${cafe}/receipts?${new URLSearchParams(wish)}`, decoders.receipts),
  day: (cafe: CafeId, date: string) => ask(`/api/cafe/${cafe}/reports/day?date=${date}`, decoders.day),
  heat: (cafe: CafeId, from: string, to: string) =>
    ask(`/api/cafe/${cafe}/reports/heat?from=${from}&to=${to}`, decoders.heat),
  shifts: (cafe: CafeId) => ask(`/api/cafe/${cafe}/shifts`, decoders.shifts),
  /** Members whose name or number holds a text. */
  members: (cafe: CafeId, text: string) =>
    ask(`/api/cafe/${cafe}/members?q=${encodeURIComponent(text)}`, decoders.members),
  member: (cafe: CafeId, member: string) => ask(`/api/cafe/${cafe}/members/${member}`, decoders.member),
  /** Printed codes, sold or of a batch; a whole code or its last four find one. */
  codes: (cafe: CafeId, text: string, batch: string) =>
    ask(
      `/api/cafe/${cafe}/codes?${new URLSearchParams({ q: text, ...(batch === '' ? {} : { batch }) })}`,
      decoders.codes,
    ),
  batches: (cafe: CafeId) => ask(`/api/cafe/${cafe}/codes/batches`, decoders.batches),
  /** Lines of the audit, newest first; older than `before`. */
  audit: (cafe: CafeId, filter: AuditAsk, before: number | undefined) =>
    ask(`/api/cafe/${cafe}/audit${auditQuery(filter, before)}`, decoders.audit),
  act: <N extends CafeActName>(cafe: CafeId, act: N, body: CafeActBody<N>) =>
    ask(`/api/cafe/${cafe}/${act.replaceAll('.', '/')}`, decoders.act, { method: 'POST', body }),
};
