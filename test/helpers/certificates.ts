/**
 * A certificate authority for tests, made with openssl: it signs certificates that are good for this PC.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface ServerCertificate {
  /** PEM files */
  readonly cert: string;
  readonly key: string;
}

export interface Authority {
  /** PEM text */
  readonly certificate: string;
  /** PEM file */
  readonly file: string;
  /** @param names as openssl writes them: `IP:127.0.0.1`, `DNS:elsewhere.example` */
  sign(name: string, names: string): ServerCertificate;
}

/** @param folder in which its files lie; one for each authority */
export function makeAuthority(folder: string): Authority {
  const at = (name: string): string => path.join(folder, name);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    ...['req', '-x509', ...newKey, '-days', '2', '-subj', '/CN=Authority of a test'],
    ...['-keyout', 'ca.key', '-out', 'ca.pem'],
  );
  return {
    certificate: readFileSync(at('ca.pem'), 'utf8'),
    file: at('ca.pem'),
    sign(name, names) {
      openssl(
        ...['req', ...newKey, '-subj', `/CN=${name}`],
        ...['-keyout', `${name}.key`, '-out', `${name}.csr`],
      );
      writeFileSync(at(`${name}.ext`), `subjectAltName=${names}\n`);
      openssl(
        ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key'],
        ...['-CAcreateserial', '-days', '1', '-extfile', `${name}.ext`, '-out', `${name}.pem`],
      );
      return { cert: at(`${name}.pem`), key: at(`${name}.key`) };
    },
  };
}
