/**
 * The procedures of experiments: draft, start, pause, answer, decide, and what is known so far.
 */
import { randomUUID } from 'node:crypto';
import type { Camera } from '#contract/camera.ts';
import { StationError } from '#contract/error.ts';
import type {
  ArmName,
  Experiment,
  ExperimentArm,
  ExperimentDossier,
  ExperimentPair,
  ExperimentState,
} from '#contract/experiment.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { ExperimentSights } from '#engine/experiment-sights.ts';
import { figuresOf, pairsToJudge, ratesOf, summarise } from '#engine/experiments/assess.ts';
import { slotRates, slotsOf, summariseSplit } from '#engine/experiments/split-verdict.ts';
import { eventsNeeded } from '#engine/experiments/statistics/power.ts';
import type { ExperimentPaper } from '#engine/reporting/experiment-pdf.ts';
import type { Handlers } from '#engine/router.ts';
import type { Store } from '#engine/store/store.ts';

export interface ExperimentServiceDeps {
  readonly store: Pick<Store, 'experiments' | 'models'>;
  readonly clock: Clock;
  readonly cameras: () => readonly Pick<Camera, 'id' | 'name'>[];
  /** Digest of the model that counts on a camera */
  readonly counting: (cameraId: string) => string | null;
  readonly sights: Pick<ExperimentSights, 'last'>;
  readonly site: string;
  /** IANA name */
  readonly timeZone: string;
  /** Writes a PDF; rejects with REQ_004 when the signal aborts. */
  readonly makePdf: (paper: ExperimentPaper, signal: AbortSignal) => Promise<Uint8Array>;
  /** Pictures around a moment, from the recording; none where nothing was recorded */
  readonly pictures: (
    cameraId: string,
    at: number,
  ) => Promise<readonly { readonly at: number; readonly jpeg: string }[]>;
}

type ExperimentHandlers = Pick<Handlers, Extract<keyof Handlers, `experiment.${string}`>>;

type ShadowDraft = Pick<Experiment, 'cameraIds'> & {
  readonly a: Omit<ExperimentArm, 'title'>;
};

/** With less, an arm of a split hardly ever counts */
const leastChance = 0.05;

/** From which states a person may bring an experiment into another one. */
const ways: Record<'running' | 'paused' | 'archived', readonly ExperimentState[]> = {
  running: ['draft', 'paused'],
  paused: ['running'],
  archived: ['draft', 'paused', 'decided'],
};

export function createExperimentService(deps: ExperimentServiceDeps): ExperimentHandlers {
  const { store, clock } = deps;

  async function find(id: string): Promise<Experiment> {
    const found = (await store.experiments.list()).find((each) => each.id === id);
    if (found) return found;
    throw new StationError('REQ_002', 'There is no such experiment.', { path: 'id' });
  }

  async function summary(experiment: Experiment) {
    const stretches = await store.experiments.stretches(experiment.id);
    const pairs = await store.experiments.pairs(experiment.id);
    const known =
      experiment.mode === 'split'
        ? summariseSplit(experiment, stretches, await store.experiments.minutes(experiment.id))
        : summarise(experiment, stretches, pairs);
    return { stretches, pairs, summary: known };
  }

  async function dossier(
    id: string,
  ): Promise<{ readonly dossier: ExperimentDossier; readonly pairs: readonly ExperimentPair[] }> {
    const { summary: known, stretches, pairs } = await summary(await find(id));
    const minutes = await store.experiments.minutes(id);
    const rates =
      known.experiment.mode === 'split'
        ? slotRates(slotsOf(stretches, minutes))
        : ratesOf(stretches, pairs);
    const tested = { figures: figuresOf(minutes), rates };
    return { dossier: { ...known, minutes, ...tested }, pairs };
  }

  async function armOf(arm: Omit<ExperimentArm, 'title'>, path: string): Promise<ExperimentArm> {
    const model = await store.models.get(arm.digest);
    if (model) return { ...arm, title: `${model.card.name} ${model.card.version}` };
    throw new StationError('REQ_002', 'This model is not in the registry. Import it first.', {
      path,
    });
  }

  /** Of a shadow A is what counts, as it counts. */
  function checkShadow({ a, cameraIds }: ShadowDraft): void {
    const hasSettings = a.scoreFloor !== null || a.nmsIou !== null || a.trackFrom !== null;
    const other = cameraIds.find((id) => deps.counting(id) !== a.digest);
    if (!hasSettings && other === undefined) return;
    const why = hasSettings
      ? 'A counts with the settings on its card here: give settings to B only'
      : `on the camera "${other ?? ''}" another model counts than A`;
    throw new StationError(
      'REQ_003',
      `B can look on only while A counts: ${why}. Or compare on recordings.`,
      { path: hasSettings ? 'a' : 'a.digest' },
    );
  }

  /** Both arms of a split count, so they count as they are, and with another model each. */
  function checkSplit({
    a,
    b,
    cameraIds,
    share,
  }: Pick<Experiment, ArmName | 'cameraIds' | 'share'>): void {
    const other = cameraIds.find((id) => deps.counting(id) !== a.digest);
    const hasSettings = [a, b].some((arm) =>
      [arm.scoreFloor, arm.nmsIou, arm.trackFrom].some((setting) => setting !== null),
    );
    if (hasSettings || a.digest === b.digest) {
      const text = 'Of a split both count as on their cards: choose two models without settings.';
      throw new StationError('REQ_003', text, { path: 'b' });
    }
    if (share < leastChance || share > 1 - leastChance) {
      const text = 'Of a split each arm needs a chance: give B between 5 % and 95 %.';
      throw new StationError('REQ_003', text, { path: 'share' });
    }
    if (other === undefined) return;
    const text = `A split begins with A: on the camera "${other}" another model counts.`;
    throw new StationError('REQ_003', text, { path: 'a.digest' });
  }

  /** B shall count for real: it was rehearsed beside A, and no other split changes the models of the same cameras. */
  async function checkStart({ id, a, b, cameraIds, withClients }: Experiment): Promise<void> {
    const rehearsals = await store.models.rehearsals({ digest: b.digest, limit: 100 });
    const isRehearsed = rehearsals.some(
      ({ report }) => report.isPassed && report.champion === a.digest,
    );
    if (!isRehearsed) {
      const text = `${b.title} has not passed a rehearsal beside ${a.title}: rehearse it on the page Models, then start the split.`;
      throw new StationError('MODEL_004', text);
    }
    const other = (await store.experiments.list()).find(
      (each) =>
        each.id !== id &&
        each.mode === 'split' &&
        each.state === 'running' &&
        (each.cameraIds.some((cameraId) => cameraIds.includes(cameraId)) ||
          (withClients && each.withClients)),
    );
    if (!other) return;
    const text = `“${other.name}” splits the same cameras or clients: pause it first.`;
    throw new StationError('REQ_003', text);
  }

  async function keep(experiment: Experiment): Promise<Experiment> {
    await store.experiments.save(experiment);
    return experiment;
  }

  return {
    'experiment.list': async ({ withArchived }) => {
      const known = await store.experiments.list();
      const shown = known.filter(({ state }) => withArchived || state !== 'archived');
      return Promise.all(shown.map(async (each) => (await summary(each)).summary));
    },
    'experiment.get': async ({ id }) => (await dossier(id)).dossier,
    'experiment.sight': async ({ id }) => deps.sights.last((await find(id)).id),
    'experiment.file': async ({ id, language }, { signal }) => {
      const { site, timeZone } = deps;
      const placeNames = Object.fromEntries(deps.cameras().map((each) => [each.id, each.name]));
      const known = await dossier(id);
      const paper = { ...known, language, site, timeZone, madeAt: clock.now(), placeNames };
      const bytes = await deps.makePdf(paper, signal);
      return {
        name: `experiment-${id.slice(0, 8)}.pdf`,
        type: 'application/pdf',
        data: Buffer.from(bytes).toString('base64'),
      };
    },
    'experiment.plan': (expected) => {
      const events = eventsNeeded(expected);
      return { events: Number.isFinite(events) ? events : null };
    },
    'experiment.create': async (draft, { caller }) => {
      const known = deps.cameras().map(({ id }) => id);
      const missing = draft.cameraIds.find((id) => !known.includes(id));
      if (missing !== undefined) {
        throw new StationError('REQ_002', `There is no camera "${missing}".`, {
          path: 'cameraIds',
        });
      }
      const [a, b] = [await armOf(draft.a, 'a.digest'), await armOf(draft.b, 'b.digest')];
      if (draft.mode === 'shadow') checkShadow(draft);
      if (draft.mode === 'split') checkSplit({ ...draft, a, b });
      return keep({
        ...draft,
        ...{ id: randomUUID(), kind: 'live', state: 'draft', a, b, places: draft.cameraIds },
        ...{ createdAt: clock.now(), createdBy: caller.user, startedAt: null, resumedAt: null },
        away: [],
        ...{ archivedAt: null, failure: null, hindrance: null, decision: null },
      });
    },
    'experiment.import': async ({ name, a, b, margin, stretches }, { caller }) => {
      const now = clock.now();
      const experiment = await keep({
        ...{ id: randomUUID(), name, kind: 'offline', mode: 'recording', state: 'paused' },
        ...{ a, b, margin },
        ...{ cameraIds: [], places: stretches.map(({ place }) => place), share: 1 },
        ...{ leastEvents: 20, leastHours: 0, createdAt: now, createdBy: caller.user },
        ...{ slotMinutes: 60, withClients: false, away: [], resumedAt: null },
        ...{ startedAt: now, archivedAt: null, failure: null, hindrance: null, decision: null },
      });
      for (const stretch of stretches) {
        await store.experiments.addStretch({ experimentId: experiment.id, stretch });
      }
      return experiment;
    },
    'experiment.setState': async ({ id, state }) => {
      const experiment = await find(id);
      const isPossible = ways[state].includes(experiment.state);
      if (!isPossible || (state === 'running' && experiment.kind === 'offline')) {
        throw new StationError(
          'REQ_003',
          `This experiment is ${experiment.state} and cannot become ${state}.`,
          { path: 'state' },
        );
      }
      const isStarted = state === 'running';
      if (isStarted && experiment.mode === 'split') await checkStart(experiment);
      return keep({
        ...experiment,
        state,
        startedAt: experiment.startedAt ?? (isStarted ? clock.now() : null),
        resumedAt: isStarted ? clock.now() : experiment.resumedAt,
        archivedAt: state === 'archived' ? clock.now() : null,
        failure: isStarted ? null : experiment.failure,
        hindrance: null,
      });
    },
    'experiment.pairs': async ({ id, isOpen, limit }) => {
      await find(id);
      const pairs = await store.experiments.pairs(id);
      return (isOpen ? pairsToJudge(pairs) : pairs).slice(0, limit);
    },
    'experiment.pictures': async ({ id, pairId }) => {
      const experiment = await find(id);
      const pair = (await store.experiments.pairs(id)).find((each) => each.id === pairId);
      if (!pair) throw new StationError('REQ_002', 'There is no such event.', { path: 'pairId' });
      if (experiment.kind === 'offline') return [];
      return [...(await deps.pictures(pair.place, pair.at))];
    },
    'experiment.answer': async ({ id, pairId, answer }, { caller }) => {
      const experiment = await find(id);
      if (experiment.state === 'decided' || experiment.state === 'archived') {
        throw new StationError('REQ_003', 'This experiment is decided: nothing is answered now.');
      }
      const given = { experimentId: id, pairId, answer, by: caller.user, at: clock.now() };
      if (!(await store.experiments.answer(given))) {
        throw new StationError('REQ_002', 'There is no such event.', { path: 'pairId' });
      }
      return (await summary(experiment)).summary.verdict;
    },
    'experiment.decide': async ({ id, winner, note }, { caller }) => {
      const experiment = await find(id);
      if (experiment.state !== 'running' && experiment.state !== 'paused') {
        throw new StationError('REQ_003', `This experiment is ${experiment.state}.`);
      }
      const { sentence, outcome, parts } = (await summary(experiment)).summary.verdict;
      const by = caller.user;
      return keep({
        ...experiment,
        ...{ state: 'decided', hindrance: null },
        decision: { winner, by, at: clock.now(), note, sentence, outcome, parts },
      });
    },
  };
}
