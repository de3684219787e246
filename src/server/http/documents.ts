// src/server/http/documents.ts - the OpenAPI document. Routes say their shapes; what holds for many of them is said here once: who
// may ask and how that is shown, that any of them may be refused, files, and the calls that the hub makes itself.
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { CafeCallShape } from '../../protocol/cafe-acts.ts';
import { ProblemShape } from '../../protocol/http-api.ts';
import { AlertCallShape } from '../../protocol/operator-api.ts';
import { cookieName } from './guard.ts';
import type { HttpParts } from './parts.ts';
import { seatCookie } from './routes-kiosk.ts';

const DESCRIPTION = `The hub over HTTP. Play itself runs over /ws/play: docs/PROTOCOL.md.

**Bodies** are JSON (\`content-type: application/json\`), with the fields that are named and no others. Whatever is
not a GET and carries no key also wants the header \`Origin\` with the hub's own origin, as browsers send it (\`ORIGIN_REFUSED\`).

**Refusals** are a status of 4xx or 5xx and \`{code, id, facts?}\`; docs/ERRORS.md has every code, what was done and what you can
do. Nothing was changed. Any request may be told 429 \`RATE_TOO_HIGH\` (an account and a key: 120 at once and 5 a second; an
address: 600 and 30) and 503 (\`STORE_UNAVAILABLE\`, \`SHUTTING_DOWN\`): the same again later.

**Acts of a café** are \`POST /api/cafe/{cafe}/...\`.
- \`key\`: your own name for this one act, never used before. Sent again with the same body it acts once, for ever, and is answered
  the same with \`repeated: true\` (without \`secret\`); with another body it is \`IDEMPOTENCY_MISMATCH\`. A refused act has not used its
  key up. After a lost answer send the same again.
- \`version\`: of the thing as you saw it last, from \`floor\` or the answer of your last act on it; otherwise \`STALE_VERSION\`.
- Each act that is done, and each refused one of somebody who works there, is one line of the audit (\`RATE_TOO_HIGH\` apart).

**Values**: \`...Minor\` is local money as a string of whole minor units (\`settings.currency.decimals\`); \`...Wei\` is DBC as a string
of wei, 10^18 a coin; \`...Ms\` is milliseconds, and where it names a moment since 1970 in UTC; \`date\`, \`from\`, \`to\` are days of the
site's time zone.

**A day at a café by a program**: the owner makes a key (\`api-keys.add\`, shown once). A person opens the till
(\`shift.open\`, with a wallet that is logged in: a program has no drawer). The program reads \`floor\`, asks \`price\`, and does
\`start\`, \`extend\`, \`pause\`, \`resume\`, \`move\`, \`stop\`, \`codes.sell\`, \`members.top-up\`; each answer holds the seats as they are
now, with their new versions, and the receipts. The person counts and does \`shift.close\`. \`reports/day\` is the close.`;

/** How somebody shows who it is. */
const schemesOf = (parts: HttpParts) => ({
  login: {
    type: 'apiKey',
    in: 'cookie',
    name: cookieName(parts),
    description: 'A wallet that is logged in: POST /api/login/nonce, sign the EIP-4361 text, POST /api/login.',
  },
  cafeKey: {
    type: 'http',
    scheme: 'bearer',
    description: "A program's key of one café (`api-keys.add`): `Authorization: Bearer nck_...`. It wants no `Origin`.",
  },
  seat: {
    type: 'apiKey',
    in: 'cookie',
    name: seatCookie(parts),
    description: "A seat's device: the cookie of POST /api/cafe-kiosk.",
  },
  saveToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'The token that came with a session’s `start`; for nodes.',
  },
});

type Who = keyof ReturnType<typeof schemesOf>;
/** Who may ask, by address; the first that fits counts. What none fits is open to all. */
const ASKERS: readonly (readonly [RegExp, readonly Who[]])[] = [
  [/^\/api\/cafe\/:cafe/, ['login', 'cafeKey']],
  [/^\/api\/cafe$/, ['login']],
  [/^\/api\/cafe-kiosk\/(?:here|start|idle|back|ticket|live)$/, ['seat']],
  [/^\/api\/(?:me|operator|admin|sessions|socket-ticket)(?:\/|$)/, ['login']],
  [/^\/api\/saves\//, ['saveToken']],
];

type Documented = FastifySchema & { readonly produces?: readonly string[]; readonly response?: object };

function withWhatHoldsForAll(schema: Documented | undefined, url: string): FastifySchema {
  if (schema === undefined) return {};
  const [, who = []] = ASKERS.find(([place]) => place.test(url)) ?? [];
  const { produces, ...rest } = schema;
  const file =
    produces === undefined
      ? {}
      : { 200: { description: 'a file', content: { [produces[0] ?? '']: { schema: { type: 'string' } } } } };
  return {
    ...rest,
    security: who.map((name) => ({ [name]: [] })),
    response: { ...file, ...schema.response, '4xx': ProblemShape, '5xx': ProblemShape },
  } as FastifySchema;
}

const signed = {
  in: 'header',
  name: 'x-nearcade-signature',
  required: true,
  description: '`sha256=` and the HMAC-SHA256 of the body’s bytes by the secret that was shown once, as hex.',
  schema: { type: 'string', pattern: '^sha256=[0-9a-f]{64}$' },
};
const call = (summary: string, description: string, shape: object) => ({
  post: {
    summary,
    description,
    parameters: [signed],
    requestBody: { required: true, content: { 'application/json': { schema: shape } } },
    responses: {
      '2XX': { description: 'Taken. Its body is not read.' },
      default: {
        description:
          'Any other status, a redirect, or no answer in 5 s: tried again after 1 s and 5 s more, then given up.',
      },
    },
  },
});

/** Serves /openapi.json, and a page about it at /docs. */
export async function addDocuments(app: FastifyInstance, parts: HttpParts): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Nearcade', version: parts.version, description: DESCRIPTION },
      components: { securitySchemes: schemesOf(parts) as never },
      webhooks: {
        cafeAct: call(
          'An act of a café was done',
          'To the address of `webhooks.add`, after each act that it names (its own adding is the first) and in their order, also acts of seats and of the hub. `answer` is what the act answered, without `secret`; a code that was sold is there in full. What could not be delivered is not kept: `rev` that leaves one out says so, and the audit has it.',
          CafeCallShape,
        ),
        operatorAlert: call(
          'An alert began or ended',
          'To the address of PUT /api/operator/alerts. The same `id` and `event` may come twice.',
          AlertCallShape,
        ),
      } as never,
    },
    transform: ({ schema, url }) => ({ schema: withWhatHoldsForAll(schema as Documented, url), url }),
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: false });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}
