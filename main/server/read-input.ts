/**
 * The input of a procedure from an HTTP request: JSON, a picture file as it is, or a form with files.
 *
 * A picture that comes as a file becomes base64 text as in JSON, so that every procedure has one form of input.
 */
import { StationError } from '#contract/error.ts';
import type { PictureField, Procedure } from '#contract/procedure.ts';
import { type CallName, procedures } from '#contract/procedures.ts';
import { readFields } from './query-fields.ts';
import {
  type BodyShare,
  contentTypeOf,
  maxBodyBytes,
  parseJsonBody,
  readBytes,
} from './read-body.ts';

/** Content types of picture files; what is in them is looked at later. */
export const pictureTypes = ['image/jpeg', 'image/png', 'image/webp'] as const;
const formType = 'multipart/form-data';
/** Fields of a form that are no files, together with the files */
const maxParts = 1_000;

/**
 * Reads the body of a request for a procedure.
 * @throws StationError REQ_001, REQ_005, REQ_006 or RES_003
 */
export async function readInput(
  request: Request,
  name: string,
  share: BodyShare,
): Promise<unknown> {
  const row: Procedure | null = Object.hasOwn(procedures, name)
    ? procedures[name as CallName]
    : null;
  const bytes = await readBytes(request, row?.maxBodyBytes ?? maxBodyBytes, share);
  const type = contentTypeOf(request);
  const header = row?.header === undefined ? {} : readHeader(request, row.header);
  const body = await parse(bytes, { request, type, name, pictures: row?.pictures });
  return Object.keys(header).length > 0 && isObject(body) ? { ...body, ...header } : body;
}

interface Parsing {
  readonly request: Pick<Request, 'headers'>;
  readonly type: string;
  readonly name: string;
  readonly pictures: PictureField | undefined;
}

function parse(bytes: Uint8Array, { request, type, name, pictures }: Parsing): unknown {
  if (pictures === undefined || bytes.byteLength === 0) return parseJsonBody(bytes, type);
  if (type === formType) {
    return readForm(bytes, { type: request.headers.get('content-type') ?? '', name, pictures });
  }
  if (!pictures.isMany && (pictureTypes as readonly string[]).includes(type)) {
    return { [pictures.name]: base64(bytes) };
  }
  if (type !== 'application/json') {
    const kinds = ['application/json', formType, ...(pictures.isMany ? [] : pictureTypes)];
    throw new StationError('REQ_006', `Send the body as ${kinds.join(', ')}, not ${type}.`);
  }
  return parseJsonBody(bytes, type);
}

async function readForm(
  bytes: Uint8Array,
  { type, name, pictures }: { type: string; name: string; pictures: PictureField },
): Promise<unknown> {
  let form: FormData;
  try {
    const response = new Response(bytes as Uint8Array<ArrayBuffer>, {
      headers: { 'content-type': type },
    });
    // Deprecated for bodies of any size; this one is whole and was limited before.

    form = await response.formData();
  } catch (cause) {
    throw new StationError('REQ_001', 'The body is not the form that its content type says.', {
      cause,
    });
  }
  const parts = [...form];
  if (parts.length > maxParts) {
    throw new StationError('REQ_001', `The form has more than ${String(maxParts)} parts.`);
  }
  const files: string[] = [];
  const texts: Record<string, string> = {};
  for (const [key, value] of parts) {
    if (typeof value === 'string' && key !== pictures.name) texts[key] = value;
    else if (key === pictures.name) {
      files.push(typeof value === 'string' ? value : base64(await value.bytes()));
    } else {
      throw new StationError(
        'REQ_001',
        `The form has a file "${key}": call it "${pictures.name}".`,
        {
          path: key,
        },
      );
    }
  }
  if (!pictures.isMany && files.length > 1) {
    throw new StationError('REQ_001', `The form has more than one "${pictures.name}": send one.`, {
      path: pictures.name,
    });
  }
  const { options, ...fields } = texts;
  return {
    ...readFields(fields, name as CallName),
    ...(options === undefined ? {} : { options: readOptions(options) }),
    ...(files.length === 0 ? {} : { [pictures.name]: pictures.isMany ? files : files[0] }),
  };
}

function readOptions(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new StationError('REQ_001', '"options" is wrong: in a form it is a text with JSON.', {
      cause,
      path: 'options',
    });
  }
}

function readHeader(
  request: Pick<Request, 'headers'>,
  { name, field }: NonNullable<Procedure['header']>,
): Record<string, string> {
  const value = request.headers.get(name);
  return value === null ? {} : { [field]: value };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
