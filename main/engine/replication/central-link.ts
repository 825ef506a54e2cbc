/**
 * A connection to the central PostgreSQL database of many stations.
 */
import { Socket } from 'node:net';
import pg from 'pg';
import type { CentralSettings } from '#contract/central.ts';
import { StationError } from '#contract/error.ts';

export type Row = Readonly<Record<string, unknown>>;

/** All functions reject with CEN_001 when the database cannot be reached or goes away, CEN_002 when it refuses. */
export interface CentralLink {
  /** Rows of one statement; 64-bit integers are numbers. */
  rows(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Commits what `work` has done, or nothing of it. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const connectLimitMs = 5_000;
/** A page of rows takes some ms; a server that is silent for so long is gone. */
const answerLimitMs = 30_000;
const int8 = 20;

/** Connects. Rejects as the functions of the link do. */
export async function connectCentral(settings: CentralSettings): Promise<CentralLink> {
  const { host, port, database, user, password, stationName } = settings;
  const where = `${host}:${String(port)}/${database}`;
  const types = new pg.TypeOverrides();
  // Sequences and times in ms are far below 2^53.
  types.setTypeParser(int8, Number);
  const client = new pg.Client({
    ...{ host, port, database, user, password, types, ssl: tlsOf(settings) },
    ...{ connectionTimeoutMillis: connectLimitMs, query_timeout: answerLimitMs, keepAlive: true },
    stream: openSocket,
    application_name: `tallywatch ${stationName}`.slice(0, 63),
  });
  // A connection that breaks between two statements is noticed by the next one.
  client.on('error', () => undefined);
  const ask = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw toStationError(error, where);
    }
  };
  await ask(() => client.connect());
  const rows: CentralLink['rows'] = (text, values = []) =>
    ask(async () => (await client.query<Row>(text, [...values])).rows);
  return {
    rows,
    async transaction(work) {
      await rows('BEGIN');
      try {
        const result = await work();
        await rows('COMMIT');
        return result;
      } catch (error) {
        // Where the connection is lost the server rolls back by itself.
        await rows('ROLLBACK').catch(() => undefined);
        throw error;
      }
    },
    async close() {
      await client.end().catch(() => undefined);
    },
  };
}

/**
 * pg listens to its socket only once it has begun to connect. Where that throws at once, for a host with a null byte, its
 * timer still ends the socket later, and an error that nobody hears would end the station.
 */
function openSocket(): Socket {
  return new Socket().on('error', () => undefined);
}

function tlsOf({ tls, authority }: CentralSettings): pg.ClientConfig['ssl'] {
  switch (tls) {
    case 'off':
      return false;
    case 'encrypt':
      return { rejectUnauthorized: false };
    case 'verify':
      return authority === '' ? true : { ca: authority };
  }
}

/** Classes of SQLSTATE that say that the server is away or cannot answer now, not that it refuses. */
const awayClasses = ['08', '53', '57', '40'];

function toStationError(error: unknown, where: string): StationError {
  if (error instanceof StationError) return error;
  const why = error instanceof Error ? error.message || error.name : String(error);
  const isRefused = error instanceof pg.DatabaseError && !awayClasses.includes(classOf(error));
  return isRefused
    ? new StationError(
        'CEN_002',
        `The central database at ${where} refuses: ${why}. Check user, password, database and its rights under System.`,
        { cause: error },
      )
    : new StationError(
        'CEN_001',
        `The central database at ${where} cannot be reached: ${why}. The station goes on counting and brings everything later.`,
        { cause: error },
      );
}

function classOf({ code }: pg.DatabaseError): string {
  return (code ?? '').slice(0, 2);
}
