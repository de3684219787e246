// test/support/api/held.ts - every answer that a fake player gets is held against the hub's own OpenAPI document: what tests bring
// about (a game on a seat, a machine that is lost, a report of a whole day) is seen there in all its fields.
import { ApiDocument, type Operation } from './document.ts';

type Places = { readonly document: ApiDocument; readonly places: readonly (readonly [RegExp, Operation])[] };
const known = new Map<string, Promise<Places | undefined>>();

async function read(origin: string): Promise<Places | undefined> {
  try {
    const response = await fetch(`${origin}/openapi.json`);
    if (!response.ok) return undefined;
    const document = new ApiDocument(await response.text());
    const fixedFirst = document.operations.toSorted(
      (a, b) => Number(a.path.includes('{')) - Number(b.path.includes('{')),
    );
    const places = fixedFirst.map(
      (one) =>
        [new RegExp(`^${one.method} ${one.path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`), one] as const,
    );
    return { document, places };
  } catch {
    return undefined; // A hub that is away, or a line to it that is cut.
  }
}

/** What is wrong with an answer by the document of its hub; undefined where it has none. */
export async function misheld(
  origin: string,
  method: string,
  path: string,
  response: Response,
): Promise<string | undefined> {
  const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
  if (!response.ok || type !== 'application/json') return undefined;
  const held = known.get(origin) ?? read(origin);
  known.set(origin, held);
  const { document, places } = (await held) ?? {};
  const name = `${method} ${path.split('?')[0]}`;
  const operation = places?.find(([place]) => place.test(name))?.[1];
  if (document === undefined || operation === undefined) return undefined;
  const wrong = document.fault(operation, {
    status: response.status,
    type,
    text: await response.clone().text(),
    headers: {},
  });
  return wrong && `${name}: ${wrong}`;
}
