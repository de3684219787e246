// src/server/http/json-body.ts - JSON of a request. A body with text that nothing of ours can keep (protocol/whole-text.ts) is
// read as none: every schema refuses that, and a route that keeps a record of refusals has its own way.
import type { FastifyInstance } from 'fastify';
import { hasWholeText } from '../../protocol/whole-text.ts';

/** Reads JSON bodies. Only an escape can bring such text: the bytes themselves are decoded as UTF-8 and read as JSON. */
export function addJsonBody(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
    parse(request, text, (error, value) => {
      const isWhole = error !== null || !text.includes('\\u') || hasWholeText(value);
      done(error, isWhole ? value : null);
    });
  });
}
