/**
 * How the station keeps passwords: sealed, with which key. The passwords themselves never leave the engine.
 */
import { z } from 'zod';
import { procedure } from './procedure.ts';

/** Where a password is kept: address of a camera, channel of notifications, remote store of models, central database. */
export const SecretPlace = z.enum(['camera', 'channel', 'model-store', 'central']);
export type SecretPlace = z.infer<typeof SecretPlace>;

export const SecretsReport = z.object({
  keys: z.array(
    z.object({
      /** First eight hex digits of the SHA-256 of the key */
      id: z.string(),
      /** Whether the file secret.key has it, or the keychain of the system by that file */
      keptBy: z.enum(['file', 'keychain']),
      /** Whether new passwords are sealed with it */
      isPresent: z.boolean(),
      /** Whether this station can use it: a key of the keychain only in the window of the user who made it */
      isUsable: z.boolean(),
      /** How many passwords are sealed with it */
      secrets: z.number().int().nonnegative(),
    }),
  ),
  secrets: z.array(
    z.object({
      place: SecretPlace,
      /** Of the camera or the channel; else the name of the setting, such as `models.remote` */
      id: z.string(),
      /** null when it is not sealed */
      keyId: z.string().nullable(),
      /** `unreadable` when its key is missing: enter the password again */
      state: z.enum(['sealed', 'plain', 'unreadable']),
    }),
  ),
});
export type SecretsReport = z.infer<typeof SecretsReport>;

export const secretsProcedures = {
  'secrets.check': procedure({
    kind: 'query',
    route: 'GET /secrets',
    role: 'admin',
    summary: 'Says which passwords are sealed with which key, without the passwords',
    input: z.object({}),
    output: SecretsReport,
  }),
  'secrets.rotate': procedure({
    kind: 'command',
    route: 'POST /secrets/rotate',
    role: 'admin',
    summary: 'Makes a new key and seals all passwords with it',
    input: z.object({}),
    output: SecretsReport,
  }),
};
