/**
 * Wires the reports of a station: what makes them, what writes them by schedule, and what is asked of them.
 */
import os from 'node:os';
import path from 'node:path';
import type { Certificate, IssuedCertificate } from '#contract/certificate.ts';
import type { StationConfig } from '#contract/config.ts';
import type { Clock } from './base/clock.ts';
import { entryFile, type Host } from './host.ts';
import { makePdfElsewhere } from './pdf-thread.ts';
import { keepReports, type ReportKeeper, type ReportKeeperDeps } from './report-keeper.ts';
import type { IncidentViews } from './incident-views.ts';
import { createDetailsGatherer } from './report-details.ts';
import { createReportMaker } from './report-maker.ts';
import type { ExperimentServiceDeps } from './services/experiment-service.ts';
import { createReportScheduleService } from './services/report-schedule-service.ts';
import {
  createReportService,
  makeReportFile,
  type ReportServiceDeps,
} from './services/report-service.ts';
import type { Store } from './store/store.ts';

export interface ReportPartDeps {
  readonly store: Store;
  readonly host: Host;
  readonly clock: Clock;
  readonly config: Pick<
    StationConfig,
    'dayStartHour' | 'reportFolder' | 'pcPricePerHour' | 'priceCurrency'
  >;
  readonly incidents: IncidentViews;
  readonly modelName: (digest: string) => string;
  readonly timeZone: string;
  readonly cameraName: (cameraId: string) => string;
  /** Says which certificates still hold */
  readonly withChanges: (issued: readonly IssuedCertificate[]) => Promise<Certificate[]>;
  /** Hands the files of a report to channels; see `Notifier.sendReport`. */
  readonly send: ReportKeeperDeps['send'];
  /** Tells people what went wrong. */
  readonly notify: (message: string, code: string) => void;
  readonly later: (ms: number, act: () => void) => () => void;
}

export interface ReportPart {
  readonly handlers: ReturnType<typeof createReportService> &
    ReturnType<typeof createReportScheduleService>;
  readonly keeper: ReportKeeper;
  /** An experiment on paper */
  readonly makeExperimentPdf: ExperimentServiceDeps['makePdf'];
}

/** Rejects as the store does. */
export async function createReportPart(deps: ReportPartDeps): Promise<ReportPart> {
  const { store, host, clock, config, timeZone, later } = deps;
  const { dayStartHour } = config;
  const site = os.hostname();
  const entry = entryFile(host.paths.workers, 'report');
  const maker = createReportMaker({
    ...{ store, clock, site, timeZone, dayStartHour },
    ...{ cameraName: deps.cameraName, withChanges: deps.withChanges },
    details: createDetailsGatherer({
      ...{ store, timeZone, dayStartHour, incidents: deps.incidents },
      ...{ cameraName: deps.cameraName, modelName: deps.modelName },
      ...{ pricePerHour: config.pcPricePerHour, currency: config.priceCurrency },
    }),
  });
  const makePdf: ReportServiceDeps['makePdf'] = (report, { language, signal }) =>
    makePdfElsewhere({ report, language }, { entry, signal });
  const keeper = await keepReports({
    ...{ store, clock, log: host.log, later, timeZone, dayStartHour, notify: deps.notify },
    send: deps.send,
    folder: reportFolder(host.paths.data, config),
    make: (query, options) =>
      makeReportFile({ maker, makePdf }, query, { ...options, bom: true, cameras: null }),
  });
  return {
    keeper,
    handlers: {
      ...createReportService({ store, maker, site, timeZone, makePdf, dayStartHour }),
      ...createReportScheduleService(keeper),
    },
    makeExperimentPdf: (paper, signal) =>
      makePdfElsewhere({ experiment: paper }, { entry, signal }),
  };
}

/** Where scheduled reports lie: a path, absolute unless the setting is not. */
function reportFolder(data: string, config: Pick<StationConfig, 'reportFolder'>): string {
  return config.reportFolder === '' ? path.join(data, 'reports') : config.reportFolder;
}
