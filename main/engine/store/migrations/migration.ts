/**
 * One step of the database's form: numbered, one purpose, never edited after it was shipped.
 */

export interface Migration {
  /** From 1, without holes; becomes `user_version` */
  readonly version: number;
  readonly purpose: string;
  readonly sql: string;
}
