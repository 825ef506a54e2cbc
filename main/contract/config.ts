/**
 * The settings of a station: file < environment < flag. Title, description and range live here, so that the command
 * line, the documents and the settings page say the same.
 */
import { z } from 'zod';
import { LogLevel, parseLogLevels } from './log-levels.ts';
import { procedure } from './procedure.ts';

/** How long an answer may be kept, s: not at all, a minute, five, half an hour, an hour, a day. */
export const cacheSeconds: readonly number[] = [0, 60, 300, 1800, 3600, 86_400];

export const StationConfig = z.strictObject({
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe(
      'Address the page and the API listen on; 0.0.0.0 opens them to the network, which needs an admin first',
    ),
  port: z
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(8790)
    .describe('Port of the page and the API; 0 takes a free one'),
  hostNames: z
    .string()
    .default('')
    .describe(
      'More names, by commas, under which browsers may reach the station, for example behind a proxy',
    ),
  pageUrl: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ })])
    .default('')
    .describe(
      'Address under which people open the page, for the link in notifications; empty means no link',
    ),
  tls: z
    .enum(['auto', 'off'])
    .default('auto')
    .describe(
      'Whether a station that is open to the network encrypts (auto), or a proxy before it does (off)',
    ),
  tlsCertificate: z
    .string()
    .default('')
    .describe('PEM file of the certificate; empty means one that the station makes for itself'),
  tlsKey: z.string().default('').describe('PEM file of the certificate’s private key'),
  dataFolder: z
    .string()
    .default('')
    .describe('Folder of database, models and logs; empty means the usual place of this system'),
  ffmpegPath: z
    .string()
    .default('')
    .describe('Path of ffmpeg; empty means the bundled one, else the one on PATH'),
  model: z
    .string()
    .default('')
    .describe('ONNX file to count with; empty means the model that was activated last'),
  modelMirror: z
    .string()
    .default('')
    .describe(
      'Folder or address that has the detectors of the catalog, for sites without internet',
    ),
  updateUrl: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ })])
    .default('')
    .describe(
      'Address of the server of updates, for example that of "tallywatch update-server"; empty means none',
    ),
  updateKey: z
    .string()
    .default('')
    .describe(
      'Public key of the releases, as "tallywatch update-sign" prints it; without it no update is taken',
    ),
  demo: z
    .string()
    .default('auto')
    .describe(
      'What a station without cameras shows: auto (simulated cameras), off, or a folder with videos/ and models/, which gets a data folder of its own',
    ),
  failover: z
    .string()
    .default('')
    .describe(
      'Models that count while the champion fails, best first, with commas between them, for cameras without a list of their own; empty means the one that counted before',
    ),
  workers: z
    .number()
    .int()
    .min(0)
    .max(16)
    .default(0)
    .describe('Worker processes; 0 means one per eight cameras, and two from two cameras on'),
  inferenceThreads: z
    .number()
    .int()
    .min(0)
    .max(64)
    .default(0)
    .describe(
      'Inference threads of each worker; 0 means the cores shared among the workers, half as many again',
    ),
  hardwareDecoding: z
    .enum(['auto', 'off'])
    .default('auto')
    .describe('Whether the decoder of the graphics chip is used where a probe shows that it works'),
  servingLoad: z
    .enum(['lazy', 'eager', 'hybrid'])
    .default('lazy')
    .describe(
      'When models are loaded for requests of other programs: lazy (at the first request), eager (all at the start), hybrid (those of servingPreload at the start)',
    ),
  servingPreload: z
    .string()
    .default('')
    .describe('Models that hybrid loads at the start and never lets go, with commas between them'),
  servingMinInstances: z
    .number()
    .int()
    .min(1)
    .max(32)
    .default(1)
    .describe('Processes that answer for one model at least'),
  servingMaxInstances: z
    .number()
    .int()
    .min(0)
    .max(32)
    .default(0)
    .describe(
      'Processes that answer for one model at most, started while those that run compute more than 80 % of the time; 0 means one per core, ten at most',
    ),
  servingPolicy: z
    .enum(['round-robin', 'weighted', 'least-connections'])
    .default('least-connections')
    .describe('Which of them gets the next run: in turn, by measured speed, or who has the fewest'),
  servingMaxModels: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(10)
    .describe('Models loaded for requests at the same time; the least used is let go'),
  servingMemoryMb: z
    .number()
    .int()
    .min(256)
    .default(8192)
    .describe('Memory for models that answer requests, MB'),
  servingGpuMemoryMb: z
    .number()
    .int()
    .min(256)
    .default(4096)
    .describe('Memory of the graphics card for models that answer requests, MB'),
  modelWatchSeconds: z
    .number()
    .int()
    .min(0)
    .max(86_400)
    .default(600)
    .describe(
      'How long a model that was made to count is watched, and taken back when it does badly; 0 means not at all',
    ),
  resultCacheEntries: z
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .default(10_000)
    .describe('Answers to requests that are kept in memory; 0 keeps none'),
  resultCacheMb: z
    .number()
    .int()
    .min(1)
    .default(5_120)
    .describe('Memory for them at most, MB; an answer takes about a kilobyte'),
  resultCacheSeconds: z
    .number()
    .refine((seconds) => cacheSeconds.includes(seconds), `use one of ${cacheSeconds.join(', ')}`)
    .default(300)
    .describe(
      'How long an answer is kept when the request does not say, s: 0, 60, 300, 1800, 3600 or 86400',
    ),
  redisUrl: z
    .string()
    .default('')
    .describe(
      'Redis server that keeps answers beyond a restart and for several stations, redis://user:password@host:6379; empty means memory only',
    ),
  timeZone: z
    .string()
    .refine(isTimeZone, 'use an IANA name such as Europe/Berlin')
    .default('')
    .describe('Time zone of the site, such as Asia/Ho_Chi_Minh; empty means the one of this PC'),
  dayStartHour: z
    .number()
    .int()
    .min(0)
    .max(23)
    .default(0)
    .describe(
      'Hour at which a day of the site begins in reports; 5 puts the small hours to the day before',
    ),
  reportFolder: z
    .string()
    .default('')
    .describe(
      'Folder into which reports are written by themselves; empty means "reports" in the data folder',
    ),
  pcPricePerHour: z
    .number()
    .min(0)
    .max(1_000_000)
    .default(0)
    .describe(
      'What this PC costs an hour, with power and all, for the cost of a million inferences in reports; 0 means that none is told',
    ),
  priceCurrency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'use three capitals as in ISO 4217, such as EUR, USD or VND')
    .default('EUR')
    .describe('Currency of that price, three capitals'),
  pathDays: z
    .number()
    .int()
    .min(0)
    .max(366)
    .default(30)
    .describe(
      'Days for which the paths of people and vehicles are kept until an admin says otherwise on the page Privacy; counts are kept for good',
    ),
  logLevel: LogLevel.default('info').describe('The least severe log line that is written'),
  logLevels: z
    .string()
    .refine(
      (text) => parseLogLevels(text) !== null,
      'write it as camera=debug, alert=warn with the levels debug, info, warn and error',
    )
    .default('')
    .describe(
      'The same for single kinds of lines, by how they begin: camera=debug, alert=warn; empty means none',
    ),
});
export type StationConfig = z.output<typeof StationConfig>;

/** Whether this PC knows a time zone; empty stands for its own. */
function isTimeZone(name: string): boolean {
  if (name === '') return true;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Whether the setting `demo` names a folder of clips. */
export function isDemoFolder(demo: string): boolean {
  return demo !== 'auto' && demo !== 'off' && demo !== '';
}

export const configProcedures = {
  'config.get': procedure({
    kind: 'query',
    route: 'GET /config',
    role: 'admin',
    summary: 'Shows the settings this station runs with',
    input: z.object({}),
    output: StationConfig,
  }),
};
