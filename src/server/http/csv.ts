// src/server/http/csv.ts - an answer that a browser saves as a CSV file. What its cells are: src/base/csv.ts.
import type { FastifyReply } from 'fastify';

/** The answer as a file of that name, without its content. */
export function csvFile(reply: FastifyReply, name: string): FastifyReply {
  return reply
    .header('content-type', 'text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}.csv"`);
}
