/**
 * What the station knows at one moment, of which the metrics of alerts are read. Times are Unix times in ms.
 */
import type { Camera, CameraId } from '#contract/camera.ts';
import type { Certificate } from '#contract/certificate.ts';
import type { Line } from '#contract/counting.ts';
import type { ErrorBody } from '#contract/error.ts';
import type { LineVerdict } from '#contract/trajectory.ts';
import type { TrustHour } from '#contract/trust.ts';
import type { CameraOccupancy, Zone } from '#contract/zone.ts';
import type { HourOfWeek } from './count-anomaly.ts';

export interface StationFigures {
  readonly at: number;
  readonly cameras: readonly Camera[];
  readonly lines: readonly Line[];
  readonly zones: readonly Zone[];
  /** Cameras for which a model is chosen */
  readonly withModel: ReadonlySet<CameraId>;
  readonly occupancies: readonly CameraOccupancy[];
  /** How many are on the site; null without doors */
  readonly onSite: number | null;
  /** Stays that became too long, in the last minute */
  readonly loiterings: readonly { readonly zoneId: string }[];
  /** Shares of this PC, 0…1; null before there are two samples */
  readonly cpu: number | null;
  readonly memory: number | null;
  /** Codes of what went wrong in the last five minutes */
  readonly errors: readonly string[];
  /** Newest first */
  readonly certificates: readonly Certificate[];
  /** By line; those that were not looked at are left out */
  readonly hours: ReadonlyMap<string, HourOfWeek>;
  readonly verdicts: ReadonlyMap<string, LineVerdict>;
  /** The newest hour of each line, judged by its past */
  readonly judged: ReadonlyMap<string, TrustHour>;
  readonly disk: { readonly freeBytes: number; readonly reserveGb: number } | null;
  /** Why the ledger cannot be written; null while it can */
  readonly ledgerTrouble: ErrorBody | null;
  /** For how long something has waited for the central database, ms; null when none is set */
  readonly centralBehindMs: number | null;
  /** Models that a guard rail took back in the last hour; null when that could not be read */
  readonly rolledBack:
    readonly { readonly cameraId: CameraId | null; readonly reason: string }[] | null;
}
