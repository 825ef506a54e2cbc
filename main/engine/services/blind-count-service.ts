/**
 * The procedures of blind counts: drawing clips, marking them, judging the disagreements, issuing the certificate.
 */
import { randomInt } from 'node:crypto';
import type { BlindCount } from '#contract/blind-count.ts';
import type { CountingSetup } from '#contract/certificate.ts';
import type { Crossing } from '#contract/counting.ts';
import type { TimeSpan } from '#contract/coverage.ts';
import { StationError } from '#contract/error.ts';
import { drawSlots } from '#engine/audit/sample.ts';
import type { Clock } from '#engine/base/clock.ts';
import {
  type ComparedClip,
  championSince,
  compareClip,
  eventsOf,
  marginMs,
  qualityOfClips,
  slotsOf,
  stateOf,
} from '#engine/blind-count.ts';
import { leastEvents, ofShares } from '#engine/count-intervals.ts';
import type { Pictures } from '#engine/recorded-pictures.ts';
import type { Handlers } from '#engine/router.ts';
import type { Site } from '#engine/site.ts';
import type { StoredBlindCount, StoredClip } from '#engine/store/records.ts';
import type { Store } from '#engine/store/store.ts';
import { currentSetup, withChanges } from './certificate-service.ts';

export interface BlindCountDeps {
  readonly site: Pick<Site, 'configDigest' | 'settings'>;
  readonly store: Store;
  readonly pictures: Pick<Pictures, 'spans' | 'clip'>;
  readonly isRecorded: (cameraId: string) => boolean;
  readonly clock: Clock;
  /** IANA name of the zone of the site */
  readonly timeZone: string;
}

type Names =
  | 'blindCount.draw'
  | 'blindCount.list'
  | 'blindCount.get'
  | 'blindCount.clip'
  | 'blindCount.mark'
  | 'blindCount.skip'
  | 'blindCount.judge'
  | 'blindCount.certify';

/** A crossing is decided up to this much later, and a file of the ring is finished up to so much later, ms. */
const settleMs = 15_000;
const pageRows = 1_000;
const leastSlots = 4;

export function createBlindCountService(deps: BlindCountDeps): Pick<Handlers, Names> {
  const { site, store, pictures, clock } = deps;

  async function crossingsOf(lineId: string, span: TimeSpan): Promise<Crossing[]> {
    const rows: Crossing[] = [];
    let beforeId: number | undefined;
    for (;;) {
      const page = await store.crossings.list({ lineId, ...span, beforeId, limit: pageRows });
      rows.push(...page);
      if (page.length < pageRows) return rows;
      beforeId = page.at(-1)?.id;
    }
  }

  /** Since when the line counts as it does now, Unix time in ms. */
  async function setUpSince({ cameraId, lineId, ...setup }: CountingSetup): Promise<number> {
    const revisions = await store.lines.revisions(lineId);
    const revision = revisions.find(({ line }) => line.revision === setup.lineRevision);
    const moves = await store.models.history();
    const others = (await store.setups.list({ cameraId, lineId })).filter(
      (each) =>
        each.lineRevision !== setup.lineRevision ||
        each.modelDigest !== setup.modelDigest ||
        each.configDigest !== setup.configDigest,
    );
    return Math.max(
      revision?.createdAt ?? 0,
      championSince(moves, cameraId),
      ...others.map(({ lastMs }) => lastMs + 1),
    );
  }

  async function found(id: number, cameraId?: string): Promise<StoredBlindCount> {
    const count = await store.blindCounts.get(id);
    if (!count || (cameraId !== undefined && count.plan.setup.cameraId !== cameraId)) {
      throw new StationError('REQ_002', `There is no blind count ${String(id)} of this camera.`, {
        path: 'id',
      });
    }
    return count;
  }

  function clipOf(count: StoredBlindCount, position: number): StoredClip {
    const clip = count.clips[position];
    if (clip) return clip;
    throw new StationError(
      'REQ_002',
      `The blind count has ${String(count.clips.length)} clips, numbered from 0.`,
      { path: 'position' },
    );
  }

  async function compared(count: StoredBlindCount, clip: StoredClip): Promise<ComparedClip> {
    const span = { from: clip.from - marginMs, to: clip.to + marginMs };
    const rows = await crossingsOf(count.plan.setup.lineId, span);
    return compareClip(clip, { marks: clip.marks ?? [], verdicts: clip.verdicts }, rows);
  }

  async function view(count: StoredBlindCount): Promise<BlindCount> {
    const { plan } = count;
    const isMarking = count.clips.some(({ doneAt }) => doneAt === null);
    const clips = await Promise.all(
      count.clips.map(async (clip) => {
        const { position, from, to, skipped, marks, inclusion } = clip;
        const both = isMarking || marks === null ? null : await compared(count, clip);
        return {
          ...{ position, from, to, skipped },
          state: stateOf(clip),
          compared: both && {
            inclusion,
            marks: [...(marks ?? [])],
            agreed: both.agreed,
            disagreements: [...both.disagreements],
          },
        };
      }),
    );
    return {
      id: count.id,
      cameraId: plan.setup.cameraId,
      lineId: plan.setup.lineId,
      state: count.certificateId !== null ? 'certified' : isMarking ? 'marking' : 'looking',
      line: plan.line,
      drawnAt: count.drawnAt,
      drawnBy: count.drawnBy,
      seed: plan.seed,
      clipSeconds: plan.clipSeconds,
      from: plan.from,
      to: plan.to,
      slots: plan.strata.reduce((sum, { size }) => sum + size, 0),
      clips,
      certificateId: count.certificateId,
    };
  }

  function refuseCertified(count: StoredBlindCount): void {
    if (count.certificateId === null) return;
    throw new StationError(
      'REQ_003',
      `Certificate ${String(count.certificateId)} is issued; draw new clips to count again.`,
    );
  }

  return {
    'blindCount.draw': async (wish, { caller }) => {
      const { cameraId, lineId, clipSeconds } = wish;
      site.settings(cameraId);
      const line = await store.lines.get(lineId);
      if (line?.cameraId !== cameraId) {
        throw new StationError('REQ_002', `There is no line "${lineId}" on this camera.`, {
          path: 'lineId',
        });
      }
      const setup = await currentSetup(deps, lineId);
      if (!setup) {
        throw new StationError('MODEL_001', 'No model counts yet: import one and make it count.');
      }
      const since = await setUpSince(setup);
      const now = clock.now();
      const from = Math.max(wish.from ?? 0, since);
      const to = Math.min(wish.to ?? now, now - settleMs);
      const recorded = to > from ? await pictures.spans({ cameraId, from, to }) : [];
      const spans = recorded.map((span) => ({
        from: Math.max(from, span.from),
        to: Math.min(to, span.to),
      }));
      const [coverage] =
        to > from ? await store.coverage.query({ cameraId, from, to }) : [undefined];
      const hour = new Intl.DateTimeFormat('en-GB', {
        hour: '2-digit',
        hourCycle: 'h23',
        timeZone: deps.timeZone,
      });
      const slots = slotsOf({
        lineId,
        clipMs: clipSeconds * 1000,
        recorded: spans,
        gaps: coverage?.gaps ?? [],
        crossings: spans.length === 0 ? [] : await crossingsOf(lineId, { from, to }),
        hourOf: (at) => Number(hour.format(at)),
      });
      if (slots.length < leastSlots) throw tooLittle(slots.length, deps.isRecorded(cameraId));
      const seed = wish.seed ?? randomInt(2 ** 32);
      const draw = drawSlots(slots, { clips: wish.clips, seed });
      const strata = draw.strata.map(({ hour: at, density, size, drawn }) => {
        return { hour: at, density, size, drawn };
      });
      const count = await store.blindCounts.add({
        drawnAt: now,
        drawnBy: caller.user,
        plan: {
          ...{ setup, line, seed, clipSeconds, strata },
          from: Math.min(...slots.map((slot) => slot.from)),
          to: Math.max(...slots.map((slot) => slot.to)),
        },
        clips: draw.slots.map(({ from: start, to: end, stratum, inclusion }) => {
          return { from: start, to: end, stratum, inclusion };
        }),
      });
      return view(count);
    },
    'blindCount.list': async (query) =>
      Promise.all((await store.blindCounts.list(query)).map((count) => view(count))),
    'blindCount.get': async ({ id }) => view(await found(id)),
    'blindCount.clip': async ({ id, cameraId, position }, { signal }) => {
      const { from, to } = clipOf(await found(id, cameraId), position);
      return pictures.clip({ cameraId, from: from - marginMs, to: to + marginMs }, signal);
    },
    'blindCount.mark': async ({ id, cameraId, position, marks }, { caller }) => {
      const clip = clipOf(await found(id, cameraId), position);
      const outside = marks.findIndex(
        ({ at }) => at < clip.from - marginMs || at > clip.to + marginMs,
      );
      if (outside >= 0) {
        throw new StationError('REQ_001', 'A mark lies outside the film of this clip.', {
          path: `marks.${String(outside)}.at`,
        });
      }
      const done = { id, position, marks, skipped: null, at: clock.now(), by: caller.user };
      await store.blindCounts.finishClip(done);
      return view(await found(id));
    },
    'blindCount.skip': async ({ id, cameraId, position, reason }, { caller }) => {
      clipOf(await found(id, cameraId), position);
      const done = { id, position, marks: null, skipped: reason, at: clock.now(), by: caller.user };
      await store.blindCounts.finishClip(done);
      return view(await found(id));
    },
    'blindCount.judge': async ({ id, cameraId, position, happened, mistaken }) => {
      const count = await found(id, cameraId);
      clipOf(count, position);
      refuseOpen(count);
      refuseCertified(count);
      await store.blindCounts.judge({ id, position, verdicts: { happened, mistaken } });
      return view(await found(id));
    },
    'blindCount.certify': async ({ id, cameraId }, { caller }) => {
      const count = await found(id, cameraId);
      refuseOpen(count);
      refuseCertified(count);
      const { plan } = count;
      const marked = count.clips.filter((clip) => stateOf(clip) === 'marked');
      const clips = await Promise.all(
        marked.map(async (clip) => ({
          stratum: clip.stratum,
          compared: await compared(count, clip),
        })),
      );
      const all = clips.map((clip) => clip.compared);
      const quality = qualityOfClips(plan, clips);
      const trueEvents = eventsOf(all, ({ happened }) => happened);
      const model = await store.models.get(plan.setup.modelDigest);
      if (trueEvents.in + trueEvents.out < leastEvents || ofShares(quality.both) === null) {
        throw new StationError(
          'REQ_003',
          `The clips hold ${String(trueEvents.in + trueEvents.out)} crossings, of which too few were found to say how ` +
            `far counts can be trusted: at least ${String(leastEvents)} are needed. Draw more or longer clips from busier hours.`,
        );
      }
      const issued = await store.certificates.add({
        ...plan.setup,
        blindCountId: id,
        at: clock.now(),
        by: caller.user,
        lineName: plan.line.name,
        model: model ? `${model.card.name} ${model.card.version}` : plan.setup.modelDigest,
        ...{ from: plan.from, to: plan.to, clipSeconds: plan.clipSeconds },
        slots: plan.strata.reduce((sum, { size }) => sum + size, 0),
        drawn: count.clips.length,
        counted: marked.length,
        trueEvents,
        stationEvents: eventsOf(all, (tally) => tally.counted),
        ...quality,
      });
      const [certificate] = await withChanges(deps, [issued]);
      if (!certificate) throw new Error('a certificate that was just issued is not there');
      return certificate;
    },
  };
}

function refuseOpen(count: StoredBlindCount): void {
  const open = count.clips.filter(({ doneAt }) => doneAt === null).length;
  if (open === 0) return;
  throw new StationError(
    'REQ_003',
    `${String(open)} clips are not counted yet; count or skip them first.`,
  );
}

function tooLittle(slots: number, isRecorded: boolean): StationError {
  const what =
    `Only ${String(slots)} ${slots === 1 ? 'clip of this length is' : 'clips of this length are'} recorded since the line counts as it does now, and ` +
    `${String(leastSlots)} are needed.`;
  return new StationError(
    'REQ_003',
    isRecorded
      ? `${what} Wait until more is recorded, or draw shorter clips.`
      : `${what} Switch on the recording of this camera (Cameras, shield) and come back after an hour or a day.`,
  );
}
