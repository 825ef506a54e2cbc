/**
 * A small station for tests of the page: the HTTP door of the contract over made-up cameras, with moving figures,
 * JPEGs and crossings. It is a fixture of the renderer's tests; the product has no part in it.
 */
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { WebSocketServer, type WebSocket } from 'ws';
import { errorCodes, StationError } from '#contract/error.ts';
import type { EventOf, Topic } from '#contract/events.ts';
import { encodePreview, PreviewRequest } from '#contract/preview.ts';
import { procedures } from '#contract/procedures.ts';
import { answerFake } from './fake-procedures.ts';
import { createFakeScene, type FakeScene } from './fake-scene.ts';
import type { FakeLedger } from './fake-ledger.ts';
import { fakeCrossing } from './fake-ledger.ts';

export interface FakeStationOptions {
  readonly ledger: FakeLedger;
  /** Folder of the built page, served at `/`; none by default */
  readonly webRoot?: string;
  readonly port?: number;
  /** Whether figures walk, cross lines and are sent as pictures; off for tests that say each step themselves */
  readonly isMoving?: boolean;
}

export interface FakeStation {
  readonly origin: string;
  emit<T extends Topic>(topic: T, event: EventOf<T>): void;
  /** Topics of each event stream that is open, in the order in which they were opened. */
  openStreams(): string[][];
  /** The newest request of each preview channel that is open. */
  previewRequests(): PreviewRequest[];
  /** Sends one picture to every open preview channel. */
  sendPreview(bytes: Uint8Array): void;
  /** Cuts event streams and preview channels, as a network does. */
  cut(): void;
  /** Stops the pictures of a camera while everything else goes on. */
  silence(cameraId: string, isSilent: boolean): void;
  close(): Promise<void>;
}

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

export async function startFakeStation(options: FakeStationOptions): Promise<FakeStation> {
  const { ledger } = options;
  const streams = new Map<ServerResponse, string[]>();
  const channels = new Map<WebSocket, PreviewRequest>();
  const silent = new Set<string>();

  const emit: FakeStation['emit'] = (topic, event) => {
    const text = `event: ${topic}\ndata: ${JSON.stringify(event)}\n\n`;
    for (const [response, topics] of streams) if (topics.includes(topic)) response.write(text);
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname.startsWith('/api/v1/call/')) {
      void answerCall(url.pathname.slice('/api/v1/call/'.length), request, response);
      return;
    }
    if (url.pathname === '/api/v1/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': hello\n\n');
      streams.set(response, (url.searchParams.get('topics') ?? '').split(','));
      response.on('close', () => streams.delete(response));
      return;
    }
    serveFile(options.webRoot, url.pathname, response);
  });

  async function answerCall(name: string, request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    try {
      if (!(name in procedures)) throw new StationError('REQ_002', `There is no ${name}.`);
      const input: unknown = JSON.parse(Buffer.concat(chunks).toString());
      const output = await answerFake({ ledger, emit }, name, input);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(output));
    } catch (error) {
      const body = StationError.from(error, 'SYS_001').toBody();
      response.writeHead(errorCodes[body.code].status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: body }));
    }
  }

  const sockets = new WebSocketServer({ server, path: '/api/v1/preview' });
  sockets.on('connection', (socket) => {
    channels.set(socket, { tiles: [] });
    socket.on('message', (data) => {
      channels.set(socket, PreviewRequest.parse(JSON.parse((data as Buffer).toString())));
    });
    socket.on('close', () => channels.delete(socket));
  });

  const motion = options.isMoving === true ? startMotion({ ledger, emit, channels, silent }) : null;
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));

  function cut(): void {
    for (const response of streams.keys()) response.destroy();
    for (const socket of channels.keys()) socket.terminate();
  }

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    emit,
    openStreams: () => [...streams.values()],
    previewRequests: () => [...channels.values()],
    sendPreview(bytes) {
      for (const socket of channels.keys()) socket.send(bytes);
    },
    cut,
    silence(cameraId, isSilent) {
      if (isSilent) silent.add(cameraId);
      else silent.delete(cameraId);
    },
    async close() {
      motion?.stop();
      cut();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Motion {
  readonly ledger: FakeLedger;
  readonly emit: FakeStation['emit'];
  readonly channels: ReadonlyMap<WebSocket, PreviewRequest>;
  readonly silent: ReadonlySet<string>;
}

/** Moves the figures of all live cameras: pictures, overlays ten times a second, crossings where a side changes. */
function startMotion({ ledger, emit, channels, silent }: Motion): { stop(): void } {
  const scenes = new Map<string, FakeScene>();
  const sides = new Map<string, number>();
  const sceneOf = (cameraId: string): FakeScene => {
    const known = scenes.get(cameraId);
    if (known !== undefined) return known;
    // Cameras share three scenes, so that a test does not draw for a minute.
    const scene = [...scenes.values()][scenes.size >= 3 ? scenes.size % 3 : -1];
    const made = scene ?? createFakeScene(scenes.size + 3);
    scenes.set(cameraId, made);
    return made;
  };
  const live = () =>
    [...ledger.cameras.values()].filter(
      (camera) => camera.capture.state === 'live' && !silent.has(camera.id),
    );

  const overlays = setInterval(() => {
    const at = Date.now();
    for (const camera of live()) {
      const figures = sceneOf(camera.id).figuresAt(at / 1000);
      emit('overlay', {
        cameraId: camera.id,
        at,
        tracks: figures.map((figure) => ({ ...figure, score: 0.82, isConfirmed: true })),
      });
      for (const line of ledger.lines.values()) {
        if (line.cameraId !== camera.id) continue;
        const [a, b] = [line.points[0]!, line.points.at(-1)!];
        for (const { trackId, box, label } of figures) {
          const point = { x: box.x + box.width / 2, y: box.y + box.height };
          const side = Math.sign((b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x));
          const key = `${line.id}:${trackId}`;
          const before = sides.get(key);
          sides.set(key, side);
          if (before === undefined || before === side) continue;
          const crossing = fakeCrossing((ledger.crossings.at(-1)?.id ?? 0) + 1, line, {
            direction: side < 0 ? 'in' : 'out',
            label,
            at,
            point,
            box,
          });
          ledger.crossings.push(crossing);
          emit('crossing', crossing);
        }
      }
    }
  }, 100);

  let tick = 0;
  const pictures = setInterval(() => {
    const at = Date.now();
    tick += 1;
    const liveIds = new Set(live().map((camera) => camera.id));
    for (const [socket, request] of channels) {
      for (const { tile, cameraId, fps } of request.tiles) {
        if (Math.floor((tick * fps) / 15) === Math.floor(((tick - 1) * fps) / 15)) continue;
        if (!liveIds.has(cameraId)) continue;
        const scene = sceneOf(cameraId);
        if (scene.isDrawing()) continue;
        void scene.jpegAt(at / 1000).then((jpeg) => {
          const size = { width: 640, height: 360 };
          socket.send(encodePreview({ tile, capturedAt: at, ...size, jpeg }));
        });
      }
    }
  }, 1000 / 15);

  return {
    stop() {
      clearInterval(overlays);
      clearInterval(pictures);
    },
  };
}

function serveFile(root: string | undefined, pathname: string, response: ServerResponse): void {
  if (root === undefined) {
    response.writeHead(404).end();
    return;
  }
  const file = path.join(root, pathname === '/' ? 'index.html' : path.normalize(pathname));
  const stream = createReadStream(file);
  stream.on('open', () => {
    response.writeHead(200, {
      'content-type': types[path.extname(file)] ?? 'application/octet-stream',
    });
    stream.pipe(response);
  });
  stream.on('error', () => response.writeHead(404).end());
}
