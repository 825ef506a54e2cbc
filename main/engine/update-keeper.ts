/**
 * Keeps the program up to date: looks for a newer version, fetches it, installs it when the rules allow it, and watches
 * the version that was installed last until it has proven itself or is taken back.
 */
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { StationError } from '#contract/error.ts';
import {
  type Release,
  UpdateSettings,
  type UpdateStage,
  type UpdateStatus,
} from '#contract/update.ts';
import type { Clock } from './base/clock.ts';
import type { Logger } from './base/log.ts';
import type { UpdateDriver, UpdateFeed } from './host.ts';
import type { DatabaseCopy } from './store/copy-database.ts';
import type { Store } from './store/store.ts';
import { type InstallVerdict, mayInstall } from './update/install-rule.ts';
import { isOffered } from './update/staged-share.ts';
import {
  type HealthFacts,
  judgeTrial,
  type StartVerdict,
  type TrialNote,
  whatIsWrong,
} from './update/trial.ts';
import {
  copyName,
  pruneCopies,
  readTrialNote,
  updateFolder,
  writeTrialNote,
} from './update/trial-file.ts';

export interface UpdateKeeperDeps {
  readonly version: string;
  readonly dataFolder: string;
  /** null where the program was not installed as an app */
  readonly driver: UpdateDriver | null;
  readonly feed: Omit<UpdateFeed, 'channel'>;
  /** From 0 to 100, see `shareNumber` */
  readonly share: number;
  readonly store: Pick<Store, 'settings'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly timeZone: string;
  /** Calls `act` once after `ms`; what it returns calls it off. */
  readonly later: (ms: number, act: () => void) => () => void;
  readonly health: () => HealthFacts & { readonly lastCrossingAt: number | null };
  readonly copyDatabase: (target: string) => Promise<DatabaseCopy>;
  /** What the start of the station meant for the last update */
  readonly started: StartVerdict;
  readonly onChanged: (status: UpdateStatus) => void;
}

export interface UpdateKeeper {
  status(): UpdateStatus;
  /** Resolves when it was looked, and fetched where the settings say so; what fails is in the status. */
  check(): Promise<UpdateStatus>;
  /** Rejects with UPD_003 when nothing is offered. */
  download(): Promise<UpdateStatus>;
  /** Rejects with UPD_003 when nothing is fetched or cameras count, and as the copy of the database does. */
  install(how: { readonly evenCounting: boolean }): Promise<UpdateStatus>;
  defer(hours: number): Promise<UpdateStatus>;
  set(settings: UpdateSettings): Promise<UpdateStatus>;
  /** Stops looking; a fetch that is under way is left behind, because nothing may hold up the end of a station. */
  close(): void;
}

const settingKey = 'update';
const Stored = z.object({ settings: UpdateSettings, deferredUntil: z.number().nullable() });
const usual: UpdateSettings = { channel: 'latest', mode: 'ask', from: '02:00', to: '05:00' };
const hourMs = 3_600_000;
/** How often the server of updates is asked */
const checkMs = 6 * hourMs;
/** The first time leaves the start of the station alone. */
const firstCheckMs = 120_000;
/** How often it is looked whether an update may be installed, and whether a new version is well */
const tickMs = 5_000;
/** Copies of the database from before updates */
const keptCopies = 3;

/** Reads the settings and begins to look. Rejects as the store does. */
export async function keepUpdates(deps: UpdateKeeperDeps): Promise<UpdateKeeper> {
  const { driver, store, clock, log, dataFolder, version } = deps;
  let { settings, deferredUntil } = (await store.settings.get(settingKey, Stored)) ?? {
    settings: usual,
    deferredUntil: null,
  };
  let stage: UpdateStage = { state: 'idle' };
  let checkedAt: number | null = null;
  let nextCheckMs = clock.monotonicMs() + firstCheckMs;
  let note = 'note' in deps.started ? deps.started.note : readTrialNote(dataFolder);
  let wellSinceMs: number | null = null;
  const startedMs = clock.monotonicMs();
  let isClosed = false;
  let working: Promise<unknown> = Promise.resolve();
  let callOff = deps.later(tickMs, tick);
  if (deps.started.kind === 'not-installed') {
    stage = failed(
      new StationError(
        'UPD_003',
        `Version ${deps.started.note.to} was not installed: its installer did not finish. Try again.`,
      ),
    );
  }

  function support(): UpdateStatus['support'] {
    if (driver === null) return 'not-installed';
    if (deps.feed.url === '') return 'no-server';
    return deps.feed.publicKey === '' ? 'no-key' : 'yes';
  }

  function status(): UpdateStatus {
    return {
      ...{ version, settings, checkedAt },
      support: support(),
      server: deps.feed.url,
      stage,
      countingCameras: deps.health().liveCameras,
      trial: note === null ? null : trialOf(note),
    };
  }

  function show(next: UpdateStage): UpdateStatus {
    stage = next;
    const now = status();
    deps.onChanged(now);
    return now;
  }

  /** One thing at a time: whoever asks meanwhile waits. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = working.then(work, work);
    working = turn.catch(() => undefined);
    return turn;
  }

  function usable(): UpdateDriver {
    const reason = support();
    if (driver !== null && reason === 'yes') return driver;
    throw new StationError('UPD_003', cannot[reason === 'yes' ? 'not-installed' : reason]);
  }

  async function lookOnce(): Promise<UpdateStatus> {
    const known = usable();
    if (stage.state === 'installing') return status();
    const ready = stage.state === 'ready' ? stage : null;
    show({ state: 'checking' });
    try {
      const release = await known.check({ ...deps.feed, channel: settings.channel });
      checkedAt = clock.now();
      if (release === null) return show({ state: 'idle' });
      if (ready?.release.version === release.version) return show(ready);
      if (!isOffered(deps.share, release.sharePercent)) return show({ state: 'held', release });
      show({ state: 'available', release });
      return settings.mode === 'ask' ? status() : await fetchOnce(release);
    } catch (error) {
      return show(failed(error));
    }
  }

  async function fetchOnce(release: Release): Promise<UpdateStatus> {
    try {
      let shown = 0;
      show({ state: 'downloading', release, share: 0 });
      await usable().download((share) => {
        if (share - shown < 0.01) return;
        shown = share;
        show({ state: 'downloading', release, share: Math.min(1, share) });
      });
      log.info('an update is fetched', { version: release.version });
      return show(waiting(release));
    } catch (error) {
      return show(failed(error));
    }
  }

  function verdictOn({ version: offered }: Release): InstallVerdict {
    const { lastCrossingAt, liveCameras } = deps.health();
    return mayInstall({
      ...{ settings, deferredUntil, lastCrossingAt, timeZone: deps.timeZone, now: clock.now() },
      countingCameras: liveCameras,
      wasTakenBack: note?.state === 'returned' && note.to === offered,
    });
  }

  function waiting(release: Release): UpdateStage {
    const verdict = verdictOn(release);
    const why = verdict.may ? ({ wait: 'window', until: null } as const) : verdict;
    return { state: 'ready', release, wait: why.wait, until: why.until };
  }

  async function installOnce(evenCounting: boolean): Promise<UpdateStatus> {
    const known = usable();
    if (stage.state !== 'ready') {
      throw new StationError(
        'UPD_003',
        'No update is fetched that could be installed. Fetch one first.',
      );
    }
    const { release } = stage;
    const { liveCameras, hasModel } = deps.health();
    if (liveCameras > 0 && !evenCounting) {
      throw new StationError(
        'UPD_003',
        `${String(liveCameras)} cameras count now, and would not for about a minute. Say that it may be, or leave it to the maintenance window.`,
      );
    }
    const before = stage;
    show({ state: 'installing', release });
    try {
      const folder = updateFolder(dataFolder);
      const database = copyName(release.version);
      // Under another name first, because a copy that was cut must not replace a whole one.
      const part = path.join(folder, `${database}.part`);
      await mkdir(folder, { recursive: true });
      await rm(part, { force: true });
      await deps.copyDatabase(part);
      await rename(part, path.join(folder, database));
      const canReturn = await known.keepRunning(folder);
      const kept = pruneCopies(dataFolder, keptCopies);
      note = {
        ...{ from: version, to: release.version, state: 'installing', startedAt: clock.now() },
        ...{ starts: 0, before: { liveCameras, hasModel }, database, canReturn, reason: '' },
      };
      writeTrialNote(dataFolder, note);
      log.info('an update is installed', { version: release.version, canReturn, copies: kept });
      known.install();
      return status();
    } catch (error) {
      note = null;
      show(before);
      throw StationError.from(error, 'UPD_003');
    }
  }

  function tick(): void {
    if (isClosed) return;
    callOff = deps.later(tickMs, tick);
    if (note?.state === 'trial') watchTrial(note);
    if (support() !== 'yes') return;
    if (stage.state === 'ready') installByItself(stage.release);
    if (clock.monotonicMs() < nextCheckMs) return;
    nextCheckMs = clock.monotonicMs() + checkMs;
    void inTurn(lookOnce);
  }

  function installByItself(release: Release): void {
    const verdict = verdictOn(release);
    if (!verdict.may) {
      const { wait, until } = verdict;
      if (stage.state === 'ready' && (stage.wait !== wait || stage.until !== until)) {
        show({ state: 'ready', release, wait, until });
      }
      return;
    }
    inTurn(() => installOnce(true)).catch((error: unknown) => {
      const { code, message } = StationError.from(error, 'UPD_003');
      log.error('an update was not installed', { code, reason: message });
      show(failed(error));
    });
  }

  function watchTrial(watched: TrialNote): void {
    const nowMs = clock.monotonicMs();
    const wrong = whatIsWrong(watched.before, deps.health());
    wellSinceMs = wrong === null ? (wellSinceMs ?? nowMs) : null;
    const verdict = judgeTrial({ startedMs, nowMs, wellSinceMs, wrong });
    if (verdict === 'watch') return;
    const reason = wrong ?? '';
    note = { ...watched, state: verdict === 'healthy' ? 'healthy' : 'returning', reason };
    writeTrialNote(dataFolder, note);
    if (verdict === 'healthy') {
      log.info('the new version has proven itself', { version });
      show(stage);
      return;
    }
    log.error('the new version is taken back', { version, reason });
    if (driver === null || !watched.canReturn) {
      show(
        failed(
          new StationError(
            'UPD_003',
            `Version ${version} is not well (${reason}), and version ${watched.from} is not kept: install it by hand.`,
          ),
        ),
      );
      return;
    }
    void driver
      .goBack(updateFolder(dataFolder), watched.from)
      .catch((error: unknown) => show(failed(error)));
  }

  async function save(next: {
    settings?: UpdateSettings;
    deferredUntil?: number | null;
  }): Promise<UpdateStatus> {
    const saved = { settings, deferredUntil, ...next };
    await store.settings.set(settingKey, saved);
    ({ settings, deferredUntil } = saved);
    return show(stage.state === 'ready' ? waiting(stage.release) : stage);
  }

  return {
    status,
    check: () => inTurn(lookOnce),
    download: () =>
      inTurn(async () => {
        if (stage.state !== 'available' && stage.state !== 'held') {
          throw new StationError('UPD_003', 'No newer version is known. Look for one first.');
        }
        return fetchOnce(stage.release);
      }),
    install: ({ evenCounting }) => inTurn(() => installOnce(evenCounting)),
    defer: (hours) => save({ deferredUntil: hours === 0 ? null : clock.now() + hours * hourMs }),
    set: (next) => save({ settings: next }),
    close() {
      isClosed = true;
      callOff();
    },
  };
}

const cannot: Readonly<Record<Exclude<UpdateStatus['support'], 'yes'>, string>> = {
  'not-installed':
    'This station was not installed as an app, so it cannot replace itself: update it the way it was installed.',
  'no-server': 'No server of updates is set: give its address in the setting updateUrl.',
  'no-key':
    'The key of the releases is not set: give it in the setting updateKey, because an update that nobody signed is not taken.',
};

function failed(error: unknown): UpdateStage {
  return { state: 'failed', error: StationError.from(error, 'UPD_001').toBody() };
}

function trialOf({ from, to, state, startedAt, reason }: TrialNote): UpdateStatus['trial'] {
  const shown = state === 'healthy' || state === 'returned' ? state : 'trial';
  return { from, to, state: shown, startedAt, reason };
}
