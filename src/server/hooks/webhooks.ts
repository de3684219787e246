// src/server/hooks/webhooks.ts - calls to other programs after acts of a café, in order for each webhook. A program that was away
// reads the audit when it is back.
import { webhookSecret } from '../../app/cafe/acts/office.ts';
import type { Cafes, Written } from '../../app/cafe/cafes.ts';
import type { Clock } from '../../base/clock.ts';
import type { Deliveries } from './deliveries.ts';

/** Calls the webhooks of all cafés from now on; in `deliveries` they are named `cafe/id`. */
export function startWebhooks(cafes: Cafes, deliveries: Deliveries, clock: Clock): void {
  function tell({ cafe, before, act, answer }: Written): void {
    for (const [id, { salt }] of before.things.webhook) {
      if (cafe.things.webhook.get(id)?.salt !== salt) deliveries.forget(`${cafe.id}/${id}`);
    }
    for (const { id, url, acts, salt } of cafe.things.webhook.values()) {
      if (!(acts.includes(act) || acts.includes('*'))) continue;
      const body = `{"cafe":"${cafe.id}","act":${JSON.stringify(act)},"rev":${cafe.rev},"atMs":${clock.wallMs()},"answer":${answer}}`;
      const secret = webhookSecret(cafes.parts.seals, cafe.id, id, salt);
      void deliveries.send({ name: `${cafe.id}/${id}`, url, body, secret });
    }
  }
  cafes.watchAll(tell);
}
