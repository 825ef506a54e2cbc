/**
 * The client that the package exports, for tests.
 */
export { createClient, StationError } from '../../main/client.ts';
