/**
 * The description of the API as OpenAPI 3.1, derived from the table of procedures.
 */
import { z } from 'zod';
import { errorCodes, ErrorBody } from '#contract/error.ts';
import { events } from '#contract/events.ts';
import type { PictureField, Procedure } from '#contract/procedure.ts';
import { procedures } from '#contract/procedures.ts';
import { pictureTypes } from './read-input.ts';

type Json = Record<string, unknown>;

/** Made once: the table does not change while the station runs. */
export function openApi(): Json {
  made ??= describeAll();
  return made;
}
let made: Json | null = null;

function describeAll(): Json {
  const paths: Record<string, Json> = {};
  for (const [name, row] of Object.entries(procedures) as [string, Procedure][]) {
    if (row.kind === 'stream') continue;
    const { method, path } = split(row.route);
    paths[path] = { ...paths[path], [method]: operation(name, row) };
  }
  paths['/events'] = { get: eventStream };
  paths['/cameras/{id}/preview.mjpeg'] = { get: mjpeg };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tallywatch station',
      version: 'v1',
      summary: 'Counts of people and vehicles on the cameras of one site',
      description:
        'Every procedure also answers at POST /api/v1/call/{name} with its whole input as one JSON object. Times are Unix times in ms; coordinates are 0…1 of the picture, origin top left.',
      license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/api/v1' }],
    security: [{ key: [] }, { session: [] }],
    tags: [...new Set(Object.keys(procedures).map(tagOf))].map((tag) => ({ name: tag })),
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'A key made under Access' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'tallywatch-8790',
          description: 'The cookie of a signed-in browser; its name ends with the port',
        },
      },
      schemas: { Error: z.object({ error: ErrorBody }).toJSONSchema() },
    },
  };
}

function operation(name: string, row: Procedure): Json {
  const { kind, role, summary, route, input, output, header } = row;
  const { method, path } = split(route);
  const schema = jsonSchema(input, 'input');
  const properties = (schema['properties'] ?? {}) as Record<string, Json>;
  const required = new Set((schema['required'] ?? []) as string[]);
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  const rest = Object.keys(properties).filter((field) => !inPath.includes(field));
  const hasBody = method !== 'get' && method !== 'delete';
  return {
    operationId: name.replace('.', '_'),
    tags: [tagOf(name)],
    summary,
    description: `Procedure \`${name}\` (${kind}). ${role === 'anyone' ? 'Needs no role.' : `Needs the role ${role}.`}`,
    ...(role === 'anyone' ? { security: [] } : {}),
    parameters: [
      ...inPath.map((field) => ({
        ...{ name: field, in: 'path', required: true },
        schema: properties[field] ?? { type: 'string' },
      })),
      ...(hasBody ? [] : rest).map((field) => ({
        ...{ name: field, in: 'query', required: required.has(field) },
        schema: properties[field] ?? {},
      })),
      ...(header === undefined
        ? []
        : [
            {
              ...{ name: header.name, in: 'header', required: false },
              schema: properties[header.field] ?? {},
            },
          ]),
    ],
    ...(hasBody && rest.length > 0
      ? {
          requestBody: {
            required: rest.some((field) => required.has(field)),
            content: bodyContent(bodySchema(schema, inPath), row.pictures),
          },
        }
      : {}),
    responses: {
      200: {
        description: 'Done',
        content: { 'application/json': { schema: jsonSchema(output, 'output') } },
      },
      default: errorAnswer,
    },
  };
}

/** What a body may be: JSON, and for pictures their files. */
function bodyContent(schema: Json, pictures: PictureField | undefined): Json {
  const json = { 'application/json': { schema } };
  if (pictures === undefined) return json;
  const properties = (schema['properties'] ?? {}) as Record<string, Json>;
  const file = { type: 'string', format: 'binary' };
  const form = {
    ...schema,
    properties: {
      ...properties,
      [pictures.name]: pictures.isMany
        ? { ...properties[pictures.name], items: file }
        : { description: 'A JPEG, PNG or WebP', ...file },
    },
  };
  return {
    ...json,
    'multipart/form-data': { schema: form },
    ...(pictures.isMany
      ? {}
      : Object.fromEntries(pictureTypes.map((type) => [type, { schema: file }]))),
  };
}

const errorAnswer = {
  description: Object.entries(errorCodes)
    .map(([code, { status, meaning }]) => `${code} (${String(status)}): ${meaning}`)
    .join(' '),
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
};

const eventStream = {
  operationId: 'events',
  tags: ['events'],
  summary: 'Server-sent events: each message has the topic as its event and JSON as its data',
  parameters: [
    {
      ...{ name: 'topics', in: 'query', required: false, explode: false, style: 'form' },
      schema: { type: 'array', items: { enum: Object.keys(events) } },
    },
  ],
  responses: {
    200: {
      description: 'An endless stream',
      content: { 'text/event-stream': { schema: { type: 'string' } } },
    },
    default: errorAnswer,
  },
};

const mjpeg = {
  operationId: 'preview_mjpeg',
  tags: ['preview'],
  summary: 'Live pictures of one camera as MJPEG',
  parameters: [
    { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
    {
      ...{ name: 'width', in: 'query', required: false },
      schema: { type: 'integer', minimum: 64, maximum: 3840, default: 640 },
    },
    {
      ...{ name: 'fps', in: 'query', required: false },
      schema: { type: 'number', minimum: 1, maximum: 30, default: 5 },
    },
  ],
  responses: {
    200: {
      description: 'Pictures, one part each',
      content: { 'multipart/x-mixed-replace': { schema: { type: 'string' } } },
    },
    default: errorAnswer,
  },
};

function bodySchema(schema: Json, inPath: readonly string[]): Json {
  const keep = (names: readonly string[]) => names.filter((name) => !inPath.includes(name));
  const { properties, required, ...rest } = schema as {
    properties?: Json;
    required?: string[];
  } & Json;
  if (properties === undefined) return schema;
  const left = keep(required ?? []);
  return {
    ...rest,
    properties: Object.fromEntries(
      keep(Object.keys(properties)).map((key) => [key, properties[key]]),
    ),
    ...(left.length > 0 ? { required: left } : {}),
  };
}

/** OpenAPI 3.1 speaks JSON Schema 2020-12; what JSON cannot say (a transform, bytes) becomes "anything". */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
    reused: 'inline',
  }) as Json;
  return rest;
}

function split(route: string): { method: string; path: string } {
  const [method = 'GET', path = '/'] = route.split(' ');
  return { method: method.toLowerCase(), path };
}

function tagOf(name: string): string {
  return name.split('.')[0] ?? name;
}
