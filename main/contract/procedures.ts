/**
 * The table of everything that can be asked of a station. Every door is derived from it.
 */
import type { z } from 'zod';
import { accountProcedures } from './account.ts';
import { alertProcedures } from './alert.ts';
import { auditProcedures } from './audit.ts';
import { archiveProcedures } from './archive.ts';
import { backupProcedures } from './backup.ts';
import { blindCountProcedures } from './blind-count.ts';
import { cameraImportProcedures } from './camera-import.ts';
import { cameraProcedures } from './camera.ts';
import { centralProcedures } from './central.ts';
import { catalogProcedures } from './catalog.ts';
import { certificateProcedures } from './certificate.ts';
import { countingProcedures } from './counting.ts';
import { coverageProcedures } from './coverage.ts';
import { demoProcedures } from './demo.ts';
import { discoveryProcedures } from './discovery.ts';
import { doctorProcedures } from './doctor.ts';
import { executionProcedures } from './execution.ts';
import { experimentProcedures } from './experiment.ts';
import { drillProcedures } from './drill.ts';
import { jobProcedures } from './job.ts';
import { flowProcedures } from './flow.ts';
import { inferenceProcedures } from './inference.ts';
import { healthTreeProcedures } from './health-tree.ts';
import { healthProcedures } from './health.ts';
import { logProcedures } from './log.ts';
import { maskProcedures } from './mask.ts';
import { metricsProcedures } from './metrics.ts';
import { modelProcedures } from './model.ts';
import { notificationProcedures } from './notification.ts';
import { previewProcedures } from './preview.ts';
import { rehearsalProcedures } from './rehearsal.ts';
import { reportProcedures } from './report.ts';
import { reportScheduleProcedures } from './report-schedule.ts';
import { retentionProcedures } from './retention.ts';
import { secretsProcedures } from './secrets.ts';
import { siteProcedures } from './site-occupancy.ts';
import { variantProcedures } from './variant.ts';
import { wallProcedures } from './wall.ts';
import { zoneProcedures } from './zone.ts';
import { recoveryProcedures } from './recovery.ts';
import { registryProcedures } from './registry.ts';
import { remoteProcedures } from './remote.ts';
import { recordingProcedures } from './recording.ts';
import { configProcedures } from './config.ts';
import { trajectoryProcedures } from './trajectory.ts';
import { trustProcedures } from './trust.ts';
import { updateProcedures } from './update.ts';

export const procedures = {
  ...cameraProcedures,
  ...cameraImportProcedures,
  ...discoveryProcedures,
  ...countingProcedures,
  ...zoneProcedures,
  ...flowProcedures,
  ...siteProcedures,
  ...wallProcedures,
  ...coverageProcedures,
  ...trajectoryProcedures,
  ...trustProcedures,
  ...certificateProcedures,
  ...blindCountProcedures,
  ...modelProcedures,
  ...rehearsalProcedures,
  ...variantProcedures,
  ...executionProcedures,
  ...registryProcedures,
  ...remoteProcedures,
  ...catalogProcedures,
  ...experimentProcedures,
  ...jobProcedures,
  ...alertProcedures,
  ...healthProcedures,
  ...healthTreeProcedures,
  ...metricsProcedures,
  ...recoveryProcedures,
  ...drillProcedures,
  ...logProcedures,
  ...demoProcedures,
  ...doctorProcedures,
  ...previewProcedures,
  ...recordingProcedures,
  ...maskProcedures,
  ...notificationProcedures,
  ...configProcedures,
  ...reportProcedures,
  ...reportScheduleProcedures,
  ...retentionProcedures,
  ...secretsProcedures,
  ...accountProcedures,
  ...auditProcedures,
  ...inferenceProcedures,
  ...updateProcedures,
  ...archiveProcedures,
  ...backupProcedures,
  ...centralProcedures,
};

export type Procedures = typeof procedures;
export type StreamName = {
  [K in keyof Procedures]: Procedures[K]['kind'] extends 'stream' ? K : never;
}[keyof Procedures];
export type CallName = Exclude<keyof Procedures, StreamName>;

/** What a caller may send (defaults may be left out). */
export type InputOf<N extends keyof Procedures> = z.input<Procedures[N]['input']>;
/** What a service receives, defaults filled in. */
export type ParsedInputOf<N extends keyof Procedures> = z.output<Procedures[N]['input']>;
export type OutputOf<N extends keyof Procedures> = z.output<Procedures[N]['output']>;
