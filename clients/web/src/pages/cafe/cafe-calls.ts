// clients/web/src/pages/cafe/cafe-calls.ts - the café's interface (protocol/cafe-api.ts, cafe-acts.ts) as functions.
import type { CafeId } from '../../../../../src/base/ids.ts';
import { bodyDecoder } from '../../../../../src/protocol/body-decoder.ts';
import { CafeActAnswerShape, type CafeActBody, type CafeActName } from '../../../../../src/protocol/cafe-acts.ts';
import {
  CafeInfoShape,
  CafeLiveShape,
  CafeReceiptListShape,
  CurfewExampleShape,
  DayReportShape,
  MemberListShape,
  NewCafeAnswerShape,
  PriceAnswerShape,
  ShiftListShape,
} from '../../../../../src/protocol/cafe-api.ts';
import type { CafeSettings } from '../../../../../src/protocol/cafe-settings.ts';
import { CafeListShape } from '../../../../../src/protocol/cafe-things.ts';
import { ask } from '../../player/api.ts';

const decoders = {
  list: bodyDecoder(CafeListShape),
  made: bodyDecoder(NewCafeAnswerShape),
  info: bodyDecoder(CafeInfoShape),
  price: bodyDecoder(PriceAnswerShape),
  receipts: bodyDecoder(CafeReceiptListShape),
  day: bodyDecoder(DayReportShape),
  members: bodyDecoder(MemberListShape),
  shifts: bodyDecoder(ShiftListShape),
  act: bodyDecoder(CafeActAnswerShape),
  curfew: bodyDecoder(CurfewExampleShape),
};

/** Reads one message of the floor's stream. */
export const decodeLive = bodyDecoder(CafeLiveShape);

/** What a start would buy, to ask its price. */
export type PriceWish = Omit<CafeActBody<'start'>, 'key' | 'version'>;

/** Every call; each is one request. Acts carry a key that the caller made: sent again with it, they act once. */
export const cafeCalls = {
  list: () => ask('/api/cafe', decoders.list),
  open: (body: { key: string; settings: CafeSettings }) => ask('/api/cafe', decoders.made, { method: 'POST', body }),
  info: (cafe: CafeId) => ask(`/api/cafe/${cafe}`, decoders.info),
  price: (cafe: CafeId, body: PriceWish) => ask(`/api/cafe/${cafe}/price`, decoders.price, { method: 'POST', body }),
  curfew: () => ask('/api/cafe-examples/curfew', decoders.curfew),
  receipts: (cafe: CafeId) => ask(`/api/cafe/${cafe}/receipts`, decoders.receipts),
  day: (cafe: CafeId, date: string) => ask(`/api/cafe/${cafe}/reports/day?date=${date}`, decoders.day),
  shifts: (cafe: CafeId) => ask(`/api/cafe/${cafe}/shifts`, decoders.shifts),
  /** Members whose name or number holds a text. */
  members: (cafe: CafeId, text: string) =>
    ask(`/api/cafe/${cafe}/members?q=${encodeURIComponent(text)}`, decoders.members),
  act: <N extends CafeActName>(cafe: CafeId, act: N, body: CafeActBody<N>) =>
    ask(`/api/cafe/${cafe}/${act.replaceAll('.', '/')}`, decoders.act, { method: 'POST', body }),
};
