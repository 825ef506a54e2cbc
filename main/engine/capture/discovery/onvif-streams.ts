/**
 * Asks one camera by ONVIF which streams it offers and where they are.
 */
import http from 'node:http';
import https from 'node:https';
import { promisify } from 'node:util';
import { Cam, type CamOptions } from 'onvif';
import { z } from 'zod';
import type { FoundStream } from '#contract/discovery.ts';
import { StationError } from '#contract/error.ts';
import { markBest } from './mark-best.ts';

export interface OnvifLogin {
  /** Address of the ONVIF service, or the host alone */
  readonly address: string;
  /** Empty where the camera asks for none */
  readonly user: string;
  readonly password: string;
}

export interface OnvifStreams {
  readonly name: string;
  readonly streams: FoundStream[];
}

/** For each question */
const answerMs = 6_000;
/** For all of them together */
const wholeMs = 20_000;
/** Recorders offer dozens; a person chooses among a few. */
const maxStreams = 16;

const Profile = z.object({
  $: z.object({ token: z.coerce.string() }),
  name: z.coerce.string().catch(''),
  videoEncoderConfiguration: z
    .object({
      encoding: z.string().catch(''),
      resolution: z
        .object({ width: z.number().int().positive(), height: z.number().int().positive() })
        .nullable()
        .catch(null),
      rateControl: z
        .object({ frameRateLimit: z.number().positive().nullable().catch(null) })
        .catch({ frameRateLimit: null }),
    })
    .optional(),
});
type Profile = z.infer<typeof Profile>;
const StreamUri = z.object({ uri: z.string().min(1) });
const Information = z.object({
  manufacturer: z.coerce.string().catch(''),
  model: z.coerce.string().catch(''),
});

/**
 * The streams with a picture, best for counting first marked.
 * @throws StationError CAM_001 when nothing answers, CAM_002 when user or password are refused, CAM_004 for an address that
 * cannot be read, CAM_007 when what answers does not speak ONVIF as it should, REQ_004 when `signal` ends it
 */
export async function readOnvifStreams(
  login: OnvifLogin,
  signal: AbortSignal,
): Promise<OnvifStreams> {
  const url = serviceUrl(login.address);
  const isSecure = url.protocol === 'https:';
  // Cameras sign their certificates themselves; the password crosses as a digest in either case.
  const agent = isSecure ? new https.Agent({ rejectUnauthorized: false }) : new http.Agent();
  const camera = openCamera({
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    path: url.pathname,
    useSecure: isSecure,
    agent,
    timeout: answerMs,
    ...(login.user === '' ? {} : { username: login.user, password: login.password }),
  });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(wholeMs)]);
  const ended = new Promise<never>((_, reject) => {
    const end = (): void => reject(new Error('Network timeout'));
    if (limit.aborted) end();
    limit.addEventListener('abort', end, { once: true });
  });
  try {
    return await Promise.race([ask(camera, login), ended]);
  } catch (error) {
    if (signal.aborted)
      throw new StationError('REQ_004', 'The question to the camera was cancelled.');
    throw errorOf(error, { host: url.host, hasLogin: login.user !== '' });
  } finally {
    agent.destroy();
  }
}

/** What is asked of a camera, and how the library remembers that it speaks the second media service. */
interface OnvifCamera {
  readonly library: { media2Support?: boolean };
  readonly setClock: () => Promise<unknown>;
  readonly services: () => Promise<unknown>;
  readonly capabilities: () => Promise<unknown>;
  readonly information: () => Promise<unknown>;
  readonly profiles: () => Promise<unknown>;
  readonly streamUri: (of: { protocol: 'RTSP'; profileToken: string }) => Promise<unknown>;
}

/** The library's own promises lose what is set on them, and its constructor would begin to ask at once. */
function openCamera(options: CamOptions): OnvifCamera {
  const library = new Cam({ ...options, autoconnect: false });
  return {
    library,
    setClock: promisify((done: Answer) => library.getSystemDateAndTime(done)),
    services: promisify((done: Answer) => library.getServices(true, done)),
    capabilities: promisify((done: Answer) => library.getCapabilities(done)),
    information: promisify((done: Answer) => library.getDeviceInformation(done)),
    profiles: promisify((done: Answer) => library.getProfiles(done)),
    streamUri: (of) => promisify((done: Answer) => library.getStreamUri(of, done))(),
  };
}

type Answer = (error: Error | null, answer?: unknown) => void;

async function ask(camera: OnvifCamera, login: OnvifLogin): Promise<OnvifStreams> {
  // Digests of passwords carry the camera's own time.
  await camera.setClock();
  await camera.services().catch(() => camera.capabilities());
  const information = Information.safeParse(await camera.information().catch(() => null));
  const profiles = (await readProfiles(camera)).slice(0, maxStreams);
  const streams: Omit<FoundStream, 'isBest'>[] = [];
  // One after the other: small cameras answer one question at a time.
  for (const profile of profiles) {
    const { uri } = StreamUri.parse(
      await camera.streamUri({ protocol: 'RTSP', profileToken: profile.$.token }),
    );
    const {
      encoding = '',
      resolution = null,
      rateControl,
    } = profile.videoEncoderConfiguration ?? {};
    streams.push({
      name: profile.name === '' ? profile.$.token : profile.name,
      source: withLogin(uri, login),
      codec: encoding,
      picture: resolution,
      fps: rateControl?.frameRateLimit ?? null,
    });
  }
  const { manufacturer, model } = information.data ?? { manufacturer: '', model: '' };
  return { name: [manufacturer, model].filter(Boolean).join(' '), streams: markBest(streams) };
}

/** Profiles that have a picture. Cameras that name the second media service and cannot use it are asked by the first. */
async function readProfiles(camera: OnvifCamera): Promise<Profile[]> {
  const asked = await camera.profiles().catch((error: unknown) => {
    if (camera.library.media2Support !== true || isRefusal(error)) throw error;
    camera.library.media2Support = false;
    return camera.profiles();
  });
  const profiles = z.array(Profile).parse(asked);
  const seen = profiles.filter((profile) => profile.videoEncoderConfiguration !== undefined);
  if (seen.length === 0) throw new Error('it offers no stream with a picture');
  return seen;
}

function serviceUrl(address: string): URL {
  const text = /^https?:\/\//i.test(address) ? address : `http://${address}`;
  if (!URL.canParse(text)) {
    throw new StationError(
      'CAM_004',
      `"${address}" is no address of a camera. Type its host, for example 192.168.1.20, or the address of its ONVIF service.`,
      { path: 'address' },
    );
  }
  const url = new URL(text);
  if (url.pathname === '/') url.pathname = '/onvif/device_service';
  return url;
}

function withLogin(uri: string, { user, password }: OnvifLogin): string {
  if (!URL.canParse(uri)) throw new Error(`its stream has the address "${uri.slice(0, 100)}"`);
  const url = new URL(uri);
  if (user !== '') {
    url.username = encodeURIComponent(user);
    url.password = encodeURIComponent(password);
  }
  return url.href;
}

function isRefusal(error: unknown): boolean {
  const message = error instanceof Error ? error.message : String(error);
  return /not ?authorized|unauthorized|authentication|authority failure|\b401\b/i.test(message);
}

function errorOf(
  error: unknown,
  { host, hasLogin }: { readonly host: string; readonly hasLogin: boolean },
): StationError {
  if (error instanceof StationError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (isRefusal(error)) {
    return new StationError(
      'CAM_002',
      hasLogin
        ? `The camera at ${host} refuses this user or password. Many cameras have a user of their own for ONVIF: look into its settings.`
        : `The camera at ${host} asks for a user and a password.`,
      { cause: error, path: 'password' },
    );
  }
  const code = (error as NodeJS.ErrnoException).code;
  if (code !== undefined || message === 'Network timeout') {
    return new StationError(
      'CAM_001',
      `Nothing answers by ONVIF at ${host}${code === undefined ? '' : ` (${code})`}. Check its address, and that ONVIF is switched on in its settings.`,
      { cause: error },
    );
  }
  const reason = error instanceof z.ZodError ? z.prettifyError(error).split('\n')[0] : message;
  return new StationError(
    'CAM_007',
    `What ${host} answers by ONVIF cannot be used: ${String(reason).slice(0, 200)}. Update its firmware, or type the address of its stream from its manual.`,
    { cause: error },
  );
}
