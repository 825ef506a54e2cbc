/**
 * The procedures of experiments: draft, start, pause, answer, decide, and what is known so far.
 */
import { randomUUID } from 'node:crypto';
import { StationError } from '#contract/error.ts';
import type { Experiment, ExperimentDossier, ExperimentState } from '#contract/experiment.ts';
import type { ExperimentPair } from '#contract/experiment-event.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { ClipPictures } from '#engine/clip-pictures.ts';
import type { ExperimentSights } from '#engine/experiment-sights.ts';
import { figuresOf, pairsToJudge, ratesOf, summarise } from '#engine/experiments/assess.ts';
import { slotRates, slotsOf, summariseSplit } from '#engine/experiments/split-verdict.ts';
import { eventsNeeded } from '#engine/experiments/statistics/power.ts';
import type { ExperimentPaper } from '#engine/reporting/experiment-pdf.ts';
import type { Handlers } from '#engine/router.ts';
import type { Store } from '#engine/store/store.ts';
import { checkDraft, type DraftDeps } from './experiment-draft.ts';

export interface ExperimentServiceDeps extends DraftDeps {
  readonly store: Pick<Store, 'experiments' | 'models'>;
  readonly clock: Clock;
  readonly sights: Pick<ExperimentSights, 'last'>;
  readonly clipPictures: ClipPictures;
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
    'experiment.sight': async ({ id }) => {
      const { kind, clips } = await find(id);
      return kind === 'offline' ? deps.clipPictures.sight(clips) : deps.sights.last(id);
    },
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
      const arms = await checkDraft(draft, deps);
      return keep({
        ...draft,
        ...{ id: randomUUID(), kind: 'live', state: 'draft', ...arms },
        places: draft.cameraIds,
        ...{ createdAt: clock.now(), createdBy: caller.user, startedAt: null, resumedAt: null },
        ...{ clips: [], away: [] },
        ...{ archivedAt: null, failure: null, hindrance: null, decision: null },
      });
    },
    'experiment.import': async ({ name, a, b, margin, stretches, clips }, { caller }) => {
      const now = clock.now();
      const experiment = await keep({
        ...{ id: randomUUID(), name, kind: 'offline', mode: 'recording', state: 'paused' },
        ...{ a, b, margin },
        ...{ cameraIds: [], places: stretches.map(({ place }) => place), clips, share: 1 },
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
      const { kind, clips } = experiment;
      return kind === 'offline'
        ? deps.clipPictures.strip(clips, pair.place, pair.at)
        : [...(await deps.pictures(pair.place, pair.at))];
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
