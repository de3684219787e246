// src/server/http/routes-convert.ts - exchanging one currency of a wallet into another: a quote, then its taking.
import type { FastifyInstance } from 'fastify';
import { type ConvertParts, quoteConversion, shownConversion, takeConversion } from '../../app/money/convert.ts';
import { moneyPause } from '../../app/money-pause.ts';
import { weiFromWire } from '../../base/units.ts';
import type { Currency } from '../../billing/ledger.ts';
import { refusal } from '../../protocol/error-codes.ts';
import { ProblemShape } from '../../protocol/http-api.ts';
import { ConversionQuoteRequestShape, ConversionQuoteShape, ConversionRequestShape } from '../../protocol/money-api.ts';
import { type Guard, nowOf } from './guard.ts';
import type { HttpParts } from './parts.ts';
import { answer, refuse } from './problems.ts';

const tags = ['player'];
type Wish = { from: Currency; to: Currency; amountWei: string };

/** Serves conversions to the wallets whose money they exchange. */
export function addConvertRoutes(app: FastifyInstance, parts: HttpParts, guard: Guard): void {
  const { quotes, random } = parts.hub.ports;
  const convert: ConvertParts = {
    ...{ ...parts.exchange, quotes, random, coinsInContract: parts.chain !== undefined },
    pause: (now) => moneyPause(parts.hub, now),
  };

  app.post<{ Body: Wish }>(
    '/api/me/conversions/quotes',
    {
      schema: {
        tags,
        summary: 'What an amount would be in another currency; takes nothing, holds for 60 s',
        body: ConversionQuoteRequestShape,
        response: { 200: ConversionQuoteShape, '4xx': ProblemShape, '5xx': ProblemShape },
      },
    },
    async (request, reply) => {
      if (guard.ownOrigin(request, reply) === undefined) return reply;
      const player = await guard.player(request, reply);
      if (player === undefined) return reply;
      const { from, to, amountWei } = request.body;
      const wei = weiFromWire(amountWei);
      if (!wei.ok) return refuse(parts, request, reply, refusal('MESSAGE_MALFORMED', { field: '/amountWei' }));
      const quote = await quoteConversion(convert, player, { from, to, amountWei: wei.value }, nowOf(parts));
      return quote.ok ? shownConversion(quote.value) : answer(parts, request, reply, quote);
    },
  );

  app.post<{ Body: { quote: string } }>(
    '/api/me/conversions',
    {
      schema: {
        tags,
        summary: 'Takes a quote; the same one again moves nothing twice',
        body: ConversionRequestShape,
        response: { 200: ConversionQuoteShape, '4xx': ProblemShape },
      },
    },
    async (request, reply) => {
      if (guard.ownOrigin(request, reply) === undefined) return reply;
      const player = await guard.player(request, reply);
      if (player === undefined) return reply;
      const taken = await takeConversion(convert, player, request.body.quote, nowOf(parts));
      return taken.ok ? shownConversion(taken.value) : answer(parts, request, reply, taken);
    },
  );
}
