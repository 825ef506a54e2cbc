/**
 * What the made-up station of the page's tests answers to each procedure.
 */
import type { SessionState } from '#contract/account.ts';
import type { Camera, CameraSettings } from '#contract/camera.ts';
import { StationError } from '#contract/error.ts';
import { procedures, type CallName, type ParsedInputOf } from '#contract/procedures.ts';
import { fakeCamera, fakeInfo, fakeModel, type FakeLedger } from './fake-ledger.ts';
import { createFakeScene } from './fake-scene.ts';
import type { FakeStation } from './fake-station.ts';

export interface FakeRoom {
  readonly ledger: FakeLedger;
  readonly emit: FakeStation['emit'];
}

type Handlers = {
  [N in CallName]?: (room: FakeRoom, input: ParsedInputOf<N>) => unknown;
};

/** Parses the input by the contract and answers. Throws StationError. */
export async function answerFake(room: FakeRoom, name: string, input: unknown): Promise<unknown> {
  const handler = handlers[name as CallName] as
    ((room: FakeRoom, input: unknown) => unknown) | undefined;
  if (handler === undefined) throw new StationError('REQ_002', `There is no ${name} here.`);
  const parsed = procedures[name as CallName].input.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new StationError('REQ_001', issue?.message ?? 'wrong input', {
      path: issue?.path.join('.') ?? '',
    });
  }
  return await handler(room, parsed.data);
}

const handlers: Handlers = {
  'alert.list': () => [],
  'wall.list': ({ ledger }) => ledger.walls ?? [],
  'camera.list': ({ ledger }) => [...ledger.cameras.values()],
  'camera.get': ({ ledger }, { id }) => found(ledger, id),
  'camera.add': ({ ledger, emit }, draft) => {
    const id = draft.id ?? draft.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
    if (ledger.cameras.has(id)) {
      throw new StationError('REQ_003', `There is a camera ${id} already; choose another name.`, {
        path: 'name',
      });
    }
    return put({ ledger, emit }, fakeCamera(id, draft.name, settingsOf(draft)));
  },
  'camera.update': (room, input) => {
    const camera = { ...found(room.ledger, input.id), ...settingsOf(input) };
    const capture: Camera['capture'] = {
      state: camera.isEnabled ? 'live' : 'disabled',
      since: Date.now(),
    };
    return put(room, { ...camera, capture });
  },
  'camera.remove': ({ ledger, emit }, { id }) => {
    found(ledger, id);
    ledger.cameras.delete(id);
    for (const line of ledger.lines.values())
      if (line.cameraId === id) ledger.lines.delete(line.id);
    emit('cameraRemoved', { id });
    return {};
  },
  'camera.test': async (_room, { source }) => {
    if (source.includes('nowhere')) {
      throw new StationError(
        'CAM_001',
        'Nothing answers at 10.0.0.99:554; check the address, the cable and the power of the camera.',
      );
    }
    const jpeg = await createFakeScene(9).jpegAt(1);
    return {
      picture: { width: 1920, height: 1080 },
      fps: 25,
      codec: 'h264',
      stillJpeg: Buffer.from(jpeg).toString('base64'),
    };
  },
  'line.list': ({ ledger }, { cameraId }) =>
    [...ledger.lines.values()].filter(
      (line) => cameraId === undefined || line.cameraId === cameraId,
    ),
  'line.save': ({ ledger, emit }, draft) => {
    found(ledger, draft.cameraId);
    if (draft.name === 'refuse') {
      throw new StationError('REQ_003', 'A line of this name is there already; choose another.', {
        path: 'name',
      });
    }
    const id = draft.id ?? `line-${ledger.lines.size + 1}`;
    const line = { ...draft, id, revision: (ledger.lines.get(id)?.revision ?? 0) + 1 };
    ledger.lines.set(id, line);
    emit('line', line);
    return line;
  },
  'line.remove': ({ ledger, emit }, { id }) => {
    const line = ledger.lines.get(id);
    if (line === undefined) throw new StationError('REQ_002', `There is no line ${id}.`);
    ledger.lines.delete(id);
    emit('lineRemoved', { id, cameraId: line.cameraId });
    return {};
  },
  'tally.query': ({ ledger }, { from, to }) => {
    const sums = new Map<string, { cameraId: string; lineId: string; in: number; out: number }>();
    for (const { at, lineId, cameraId, direction } of ledger.crossings) {
      if (at < from || at >= to) continue;
      const sum = sums.get(lineId) ?? { cameraId, lineId, in: 0, out: 0 };
      sums.set(lineId, { ...sum, [direction]: sum[direction] + 1 });
    }
    return [...sums.values()].map((sum) => ({
      ...{ ...sum, from, to, observedSeconds: 3600 },
      low: { in: Math.floor(sum.in * 0.9), out: Math.floor(sum.out * 0.9) },
      high: { in: sum.in + 2, out: sum.out + 2 },
      ...{ basis: 'not-audited', auditedAt: null, certificateId: null },
    }));
  },
  'crossing.list': ({ ledger }, { limit, beforeId, cameraId }) =>
    ledger.crossings
      .filter(
        (row) => row.id < (beforeId ?? Infinity) && row.cameraId === (cameraId ?? row.cameraId),
      )
      .toReversed()
      .slice(0, limit),
  'model.list': ({ ledger }) => ledger.models,
  'model.import': ({ ledger }, { path }) => {
    if (!path.endsWith('.onnx')) {
      throw new StationError(
        'MODEL_002',
        `${path} is no ONNX file; choose a file that ends in .onnx.`,
      );
    }
    const model = fakeModel(path.split('/').at(-1)?.replace('.onnx', '') ?? 'model', 'c');
    ledger.models.push(model);
    return model;
  },
  'model.activate': ({ ledger }, { digest }) => {
    const index = ledger.models.findIndex((model) => model.digest === digest);
    if (index === -1) throw new StationError('MODEL_001', 'There is no such model.');
    ledger.models.splice(
      0,
      ledger.models.length,
      ...ledger.models.map((model) => ({ ...model, isChampion: model.digest === digest })),
    );
    return ledger.models[index];
  },
  'demo.get': ({ ledger }) => ({
    cameras: (ledger.demo ?? []).filter((id) => ledger.cameras.has(id)),
  }),
  'demo.remove': (room) => {
    for (const id of room.ledger.demo ?? []) {
      room.ledger.cameras.delete(id);
      room.emit('cameraRemoved', { id });
    }
    return {};
  },
  'truth.get': ({ ledger }, { cameraId }) => ledger.truth?.get(cameraId) ?? [],
  'catalog.list': ({ ledger }) =>
    (ledger.catalog ?? []).map((entry) => ({
      ...entry,
      isInstalled: ledger.models.some((model) => model.digest === entry.digest),
    })),
  'catalog.install': ({ ledger }, { id }) => {
    const entry = ledger.catalog?.find((candidate) => candidate.id === id);
    if (entry === undefined) throw new StationError('MODEL_001', 'There is no such detector.');
    const model = { ...fakeModel(id, 'e'), digest: entry.digest };
    ledger.models.push(model);
    return model;
  },
  'station.doctor': ({ ledger }) => ledger.checks ?? [],
  'session.get': () => fakeSession,
  'session.touch': () => fakeSession,
  'station.info': ({ ledger }) => fakeInfo([...ledger.cameras.keys()]),
};

/** As at the PC of a station that has no users yet. */
const fakeSession: SessionState = {
  ...{ isOpen: true, userId: null, name: 'local', role: 'admin', fullRole: 'admin' },
  ...{ isLocked: false, idleLockMs: 900_000, cameras: null, scopes: null },
};

function found(ledger: FakeLedger, id: string): Camera {
  const camera = ledger.cameras.get(id);
  if (camera === undefined) throw new StationError('REQ_002', `There is no camera ${id}.`);
  return camera;
}

function put({ ledger, emit }: FakeRoom, camera: Camera): Camera {
  ledger.cameras.set(camera.id, camera);
  emit('camera', camera);
  return camera;
}

/** The fields that were sent, with passwords hidden as the station hides them. */
function settingsOf(input: {
  [K in keyof CameraSettings]?: CameraSettings[K] | undefined;
}): Partial<Camera> {
  const sent = Object.entries(input).filter(([key, value]) => key !== 'id' && value !== undefined);
  const settings = Object.fromEntries(sent) as Partial<Camera>;
  return settings.source === undefined
    ? settings
    : { ...settings, source: settings.source.replace(/:[^:@/]+@/, ':***@') };
}
