/**
 * Table of certificates: append-only.
 */
import type { Database } from 'better-sqlite3';
import { IssuedCertificate } from '#contract/certificate.ts';
import { StationError } from '#contract/error.ts';
import type { LineQuery } from './records.ts';
import { parseJson } from './rows.ts';
import { prepared, preparedValue } from './statements.ts';

interface CertificateRow {
  readonly id: number;
  readonly body: string;
}

/** Newest first. */
export function listCertificates(
  database: Database,
  { cameraId, lineId }: LineQuery,
): IssuedCertificate[] {
  return prepared<[string | null, string | null], CertificateRow>(
    database,
    `SELECT id, body FROM certificates
     WHERE camera_id = coalesce(?, camera_id) AND line_id = coalesce(?, line_id)
     ORDER BY issued_at_ms DESC, id DESC`,
  )
    .all(cameraId ?? null, lineId ?? null)
    .map(toCertificate);
}

export function getCertificate(database: Database, id: number): IssuedCertificate | null {
  const row = prepared<[number], CertificateRow>(
    database,
    'SELECT id, body FROM certificates WHERE id = ?',
  ).get(id);
  return row === undefined ? null : toCertificate(row);
}

/** @throws StationError REQ_003 when the blind count has its certificate already */
export function addCertificate(
  database: Database,
  certificate: Omit<IssuedCertificate, 'id'>,
): IssuedCertificate {
  const { blindCountId, cameraId, lineId, at, by } = certificate;
  const known = preparedValue<[number], number>(
    database,
    'SELECT id FROM certificates WHERE count_id = ?',
  ).get(blindCountId);
  if (known !== undefined) {
    throw new StationError(
      'REQ_003',
      `This blind count has certificate ${String(known)} already; draw new clips for another one.`,
    );
  }
  const { lastInsertRowid } = prepared<[number, string, string, number, string, string]>(
    database,
    `INSERT INTO certificates (count_id, camera_id, line_id, issued_at_ms, issued_by, body)
     VALUES (?, ?, ?, ?, ?, ?)`,
  ).run(blindCountId, cameraId, lineId, at, by, JSON.stringify(certificate));
  return { ...certificate, id: Number(lastInsertRowid) };
}

const Body = IssuedCertificate.omit({ id: true });

function toCertificate({ id, body }: CertificateRow): IssuedCertificate {
  return { ...parseJson(Body, body, `certificate ${String(id)}`), id };
}
