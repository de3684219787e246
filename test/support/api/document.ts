// test/support/api/document.ts - the OpenAPI document as a test reads it: its operations, and whether an answer is one that it
// and docs/ERRORS.md allow.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Compile } from 'typebox/compile';
import { repositoryRoot } from '../../../src/main/build-web.ts';
import type { Schema } from '../broken-bodies.ts';
import type { Answer } from './client.ts';

type Content = Readonly<Record<string, { readonly schema: Schema }>>;
export type Parameter = {
  readonly in: 'path' | 'query';
  readonly name: string;
  readonly required?: boolean;
  readonly schema: Schema;
};
type RawOperation = {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
};
/** One operation of the document. */
export type Operation = {
  /** 'POST /api/cafe/{cafe}/start' */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly tags: readonly string[];
  readonly summary: string;
  /** Roles of a café that may do it, where it says so. */
  readonly roles: readonly string[] | undefined;
  /** Ways to show who one is; none: open to all. */
  readonly security: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly body: Schema | undefined;
  readonly responses: RawOperation['responses'];
};

/** Codes of docs/ERRORS.md with their status. */
export function documentedCodes(): ReadonlyMap<string, number> {
  const text = readFileSync(join(repositoryRoot, 'docs/ERRORS.md'), 'utf8');
  return new Map(
    [...text.matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \|/gm)].map(([, code = '', status]) => [code, Number(status)]),
  );
}

const compiled = new Map<Schema, ReturnType<typeof Compile>>();
/** What is wrong with a value by a schema; undefined: nothing. */
export function misfit(schema: Schema, value: unknown): string | undefined {
  const validator = compiled.get(schema) ?? Compile(schema as never);
  compiled.set(schema, validator);
  if (validator.Check(value)) return undefined;
  const [first] = validator.Errors(value);
  return `${first?.instancePath} ${first?.message}`;
}

/** Reads the document's text. */
export class ApiDocument {
  readonly operations: readonly Operation[];
  readonly webhooks: Readonly<Record<string, Schema>>;
  readonly codes = documentedCodes();

  constructor(text: string) {
    const document = JSON.parse(text) as {
      paths: Record<string, Record<string, RawOperation>>;
      webhooks: Record<string, { post: RawOperation }>;
    };
    this.operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, one]): Operation => {
        const [, roles] =
          /(?:^|: )[Ff]or ((?:owner|manager|cashier|technician|auditor|, )+)/.exec(
            `${one.description ?? one.summary ?? ''}`,
          ) ?? [];
        return {
          name: `${method.toUpperCase()} ${path}`,
          method: method.toUpperCase(),
          path,
          tags: one.tags ?? [],
          summary: one.summary ?? '',
          roles: roles?.split(', '),
          security: (one.security ?? []).flatMap((each) => Object.keys(each)),
          parameters: one.parameters ?? [],
          body: one.requestBody?.content['application/json']?.schema,
          responses: one.responses,
        };
      }),
    );
    this.webhooks = Object.fromEntries(
      Object.entries(document.webhooks).map(([name, { post }]) => [
        name,
        post.requestBody?.content['application/json']?.schema ?? {},
      ]),
    );
  }

  operation(name: string): Operation {
    const found = this.operations.find((one) => one.name === name);
    if (found === undefined) throw new Error(`the document has no ${name}`);
    return found;
  }

  /** What is wrong with an answer; undefined: it is as the documents say. */
  fault(operation: Operation, { status, type, text }: Answer): string | undefined {
    const { responses } = operation;
    const said = responses[status] ?? responses[`${String(status)[0]}XX`];
    if (said === undefined) return `status ${status} is not documented`;
    if (status >= 400) return this.#refusalFault(status, text, said.content?.['application/json']?.schema);
    const content = said.content?.[type];
    if (said.content === undefined)
      return text === '' ? undefined : `a body where none is documented: ${text.slice(0, 80)}`;
    if (content === undefined) return text === '' && status === 204 ? undefined : `content ${type} is not documented`;
    if (type !== 'application/json' && type !== 'text/event-stream') return undefined;
    const shown = type === 'application/json' ? text : (/^data: (.*)$/m.exec(text)?.[1] ?? '');
    const wrong = misfit(content.schema, JSON.parse(shown));
    return wrong === undefined ? undefined : `not of its schema: ${wrong}: ${text.slice(0, 400)}`;
  }

  #refusalFault(status: number, text: string, schema: Schema | undefined): string | undefined {
    let body: { code?: string };
    try {
      body = JSON.parse(text) as { code?: string };
    } catch {
      return `a refusal that is no JSON: ${text.slice(0, 80)}`;
    }
    if (schema === undefined) return 'the refusal has no documented form';
    const wrong = misfit(schema, body);
    if (wrong !== undefined) return `a refusal of another form: ${wrong}: ${text.slice(0, 200)}`;
    const expected = this.codes.get(body.code ?? '');
    if (expected !== status) return `${body.code} with ${status}: docs/ERRORS.md has ${expected}`;
    if (body.code === 'STORE_UNAVAILABLE' || body.code === 'SHUTTING_DOWN') return `the hub answered ${body.code}`;
    return undefined;
  }
}
