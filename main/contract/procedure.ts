/**
 * One row of the table of commands and queries, from which IPC, REST, OpenAPI, command line and client are derived.
 */
import type { z } from 'zod';
import type { NeededRole } from './access.ts';

/** A query changes nothing; a command may. A stream answers with bytes. */
export type ProcedureKind = 'query' | 'command' | 'stream';

/** Method and path below `/api/v1`; `{name}` is a field of the input. */
export type Route = `${'GET' | 'POST' | 'PUT' | 'DELETE'} /${string}`;

/** A field whose value is a picture file, or several, in base64. */
export interface PictureField {
  readonly name: string;
  /** Whether it is a list */
  readonly isMany: boolean;
}

export interface Procedure<
  I extends z.ZodType = z.ZodType,
  O extends z.ZodType = z.ZodType,
  K extends ProcedureKind = ProcedureKind,
> {
  readonly kind: K;
  readonly route: Route;
  /** The least role that may call it */
  readonly role: NeededRole;
  /** One sentence for the API page and the command line */
  readonly summary: string;
  readonly input: I;
  readonly output: O;
  /** Largest body of a request on the REST door; one megabyte when left out */
  readonly maxBodyBytes?: number;
  /** Field that the REST door also takes as files: as parts of multipart/form-data, a single one as the body itself */
  readonly pictures?: PictureField;
  /** Header of a request, in lower case, that is a field of the input */
  readonly header?: { readonly name: string; readonly field: string };
}

/** Types a row without widening its schemas. */
export function procedure<I extends z.ZodType, O extends z.ZodType, K extends ProcedureKind>(
  row: Procedure<I, O, K>,
): Procedure<I, O, K> {
  return row;
}
