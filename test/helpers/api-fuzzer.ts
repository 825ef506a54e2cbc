/**
 * Makes requests from the description of the API: mostly what the schema asks for, now and then something else.
 */

export interface Operation {
  readonly route: string;
  readonly method: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
}

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
}

export function readArguments(
  values: Readonly<Record<'requests' | 'seed' | 'parallel', string>>,
): Readonly<Record<'requests' | 'seed' | 'parallel', number>> {
  return {
    requests: Number(values.requests),
    seed: Number(values.seed),
    parallel: Number(values.parallel),
  };
}

/** How often a value is not what the schema asks for */
const strangeShare = 0.12;

const strange: readonly unknown[] = [
  ...[null, true, -1, 0, 1e308, 1.5, '', ' ', 'a'.repeat(3_000), '../../etc/passwd', '\u0000'],
  ...[
    "'; DROP TABLE users; --",
    '<script>',
    '%00',
    '💥',
    [],
    {},
    [[[]]],
    { __proto__: null, a: 1 },
  ],
];
const texts = ['gate', 'door', 'a', '1', 'x-y', 'Europe/Berlin', 'tally.*', 'simulated://plaza'];

export function requestFor(
  operation: Operation,
  random: () => number,
): { readonly url: string; readonly init: RequestInit & { readonly body?: string } } {
  const { route, method, parameters = [], requestBody } = operation;
  let url = route;
  const query = new URLSearchParams();
  for (const { name, in: place, required, schema } of parameters) {
    const value = valueFor(schema, random, 0);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (place === 'path') url = url.replace(`{${name}}`, encodeURIComponent(text) || 'x');
    else if (required === true || random() < 0.6) query.set(name, text);
  }
  const schema = requestBody?.content['application/json']?.schema;
  const isCut = random() < 0.02;
  const body =
    schema === undefined ? undefined : JSON.stringify(valueFor(schema, random, 0) ?? null);
  return {
    url: query.size === 0 ? url : `${url}?${query.toString()}`,
    init: {
      method: method.toUpperCase(),
      ...(body === undefined
        ? {}
        : {
            body: isCut ? body.slice(0, -1) : body,
            headers: { 'content-type': 'application/json' },
          }),
    },
  };
}

const deepest = 8;

function valueFor(schema: Schema, random: () => number, depth: number): unknown {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  if (depth > deepest || random() < strangeShare) return pick(strange);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return pick(schema.enum);
  const variant = pick(schema.anyOf ?? schema.oneOf ?? []);
  if (variant !== undefined) return valueFor(variant, random, depth + 1);
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([name]) => schema.required?.includes(name) === true || random() < 0.5)
          .map(([name, inner]) => [name, valueFor(inner, random, depth + 1)]),
      );
    case 'array':
      return Array.from({ length: (schema.minItems ?? 0) + Math.floor(random() * 3) }, () =>
        valueFor(schema.items ?? {}, random, depth + 1),
      );
    case 'integer':
    case 'number': {
      const low = schema.minimum ?? 0;
      const high = Math.min(schema.maximum ?? low + 2e12, low + 2e12);
      const value = low + random() * (random() < 0.5 ? high - low : Math.min(10, high - low));
      return schema.type === 'integer' ? Math.round(value) : value;
    }
    case 'boolean':
      return random() < 0.5;
    case 'null':
      return null;
    default:
      return pick(texts);
  }
}
