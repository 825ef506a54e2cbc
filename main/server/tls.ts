/**
 * The certificate of a station that is open to the network: the site's own, or one that it makes for itself and keeps.
 */
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generate } from 'selfsigned';
import type { StationConfig } from '#contract/config.ts';
import { StationError } from '#contract/error.ts';
import { isLoopback } from './credentials.ts';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** SHA-256 of the certificate, as browsers show it */
  readonly fingerprint: string;
}

const validDays = 3650;

export type TlsSettings = Pick<StationConfig, 'host' | 'tls' | 'tlsCertificate' | 'tlsKey'>;

/**
 * The certificate to serve with; null for plain HTTP, which is for loopback and for a proxy that has its own.
 * @throws StationError SYS_004 when a file cannot be read or is no certificate
 */
export async function certificateFor(
  settings: TlsSettings,
  dataFolder: string,
  hostNames: readonly string[],
): Promise<Certificate | null> {
  if (settings.tlsCertificate !== '' || settings.tlsKey !== '') {
    return readPair(settings.tlsCertificate, settings.tlsKey);
  }
  if (settings.tls === 'off' || isLoopback(settings.host)) return null;
  return ownCertificate(dataFolder, hostNames);
}

/** The certificate that this station made; null when it never made one. */
export function readOwnCertificate(dataFolder: string): string | null {
  const { cert } = filesOf(dataFolder);
  return existsSync(cert) ? readFileSync(cert, 'utf8') : null;
}

async function ownCertificate(
  dataFolder: string,
  hostNames: readonly string[],
): Promise<Certificate> {
  const files = filesOf(dataFolder);
  if (!existsSync(files.cert) || !existsSync(files.key)) {
    const made = await generate([{ name: 'commonName', value: 'Tallywatch station' }], {
      keyType: 'ec',
      curve: 'P-256',
      algorithm: 'sha256',
      notAfterDate: new Date(Date.now() + validDays * 24 * 3_600_000),
      extensions: [
        { name: 'basicConstraints', cA: false },
        { name: 'keyUsage', digitalSignature: true },
        { name: 'extKeyUsage', serverAuth: true },
        {
          name: 'subjectAltName',
          altNames: hostNames.map((name) => {
            const bare = name.replace(/^\[|\]$/g, '');
            return /^[\d.]+$|:/.test(bare) ? { type: 7, ip: bare } : { type: 2, value: bare };
          }),
        },
      ],
    });
    mkdirSync(path.dirname(files.key), { recursive: true, mode: 0o700 });
    writeFileSync(files.key, made.private, { mode: 0o600 });
    writeFileSync(files.cert, made.cert);
  }
  return readPair(files.cert, files.key);
}

function filesOf(dataFolder: string): { cert: string; key: string } {
  return {
    cert: path.join(dataFolder, 'tls/certificate.pem'),
    key: path.join(dataFolder, 'tls/key.pem'),
  };
}

function readPair(certFile: string, keyFile: string): Certificate {
  try {
    const cert = readFileSync(certFile, 'utf8');
    const key = readFileSync(keyFile, 'utf8');
    return { cert, key, fingerprint: new X509Certificate(cert).fingerprint256 };
  } catch (cause) {
    throw new StationError(
      'SYS_004',
      `The certificate ${certFile || '(none)'} with the key ${keyFile || '(none)'} cannot be used: give both as PEM files with --tls-certificate and --tls-key.`,
      { cause, path: 'tlsCertificate' },
    );
  }
}
