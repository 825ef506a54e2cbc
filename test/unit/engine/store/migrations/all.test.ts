import BetterSqlite, { type Database } from 'better-sqlite3';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AuditFact } from '#contract/audit.ts';
import { chainStart, linkDigest } from '#engine/base/hash-chain.ts';
import { appendAudit, listAudit, verifyAudit } from '#engine/store/audit.ts';
import { openDatabase, schemaVersion } from '#engine/store/database.ts';
import { migrations } from '#engine/store/migrations/all.ts';
import { tempFolder } from '#test/store.ts';

/** SHA-256 of what was shipped: a migration is never edited, a new one is added. */
const shipped = [
  'd022c44bfbd626b5e01bf395f89e4487201a8233029d3fe8648893f62a0aca6b',
  '9f29d017f8980d3e29cf710b66cdd97e936b91a40873d920bffc576056395c18',
  'f030447fe0a922580cd972736f9b76f61aea1c065282ee8743b8f62a576cac12',
  'df118ea57a86e8eec95e017ebd2dd30ce4bda57894f0844f1e63c4a7dbd39f32',
  'a51483a12b70adfdb8531f509a48fb8d04a430bd862564a8cb6700af212e4269',
  '9ab836f76e23b25715797fc1154ba012175f77288b8e81fc638503737527b7d1',
  'e040879083000efc4f2008cbb4cb6a9133ef6337ba0fd7e785841c93268c2bd5',
  '059a039cc7628233fd071f400bc6cc6f16ef0ba08cd6c8e0f2739298909c14d3',
  '9f10a4a9121ed0a103786642e6d05e30d22c5d4d03f6745c664b837887070223',
  '8efa7b7ded986751b98cc2b3b3bed106c609edaa0b48d1975704071d8dfcb8a2',
  'a9c8821cedc85578f376110d7e03d010ad346584934d5691a9bc96255fbd0b0f',
  'a46b9ff42f33bd45f06ae85df6d60262141af5b279339929182d0e12d754387a',
  '657f01c5e46af97d29d4e02226153a9e563815b90eb09900c8e934b429855ebf',
  '175bf8be9c7aa23545e1dcb52076d11f59516678b009b826d6898e7b5004bb2f',
  '33ea1569f54b1d542241fd02055865e61c5cbc1776cc20c04bf0016f019ec4c7',
  'aa027e5d9a927bcf85e4b237170f8df0cb95c92c42bce4e8d3fac184a1ed4bc5',
  '3bec479f3ced5ebc6e180b22846cddbec9701dd05741d539e8ae88329959e034',
  '14a1bf52997963c3b186f7edf1ffd72a7a3a4060e25fbc6d017d9404c38231b1',
];

/** A database as an earlier program left it, after `count` migrations. */
function databaseAt(count: number): { file: string; database: Database } {
  const file = path.join(tempFolder(), 'station.db');
  const database = openDatabase({ file, role: 'writer', steps: migrations.slice(0, count) });
  onTestFinished(() => {
    database.close();
  });
  return { file, database };
}

function columns(database: Database, table: string): unknown[] {
  return database.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table);
}

describe('migrations', () => {
  it('are numbered from 1 without holes', () => {
    expect(migrations.map((step) => step.version)).toEqual(migrations.map((_, index) => index + 1));
  });

  it('are what was shipped', () => {
    const digests = migrations.map((step) => createHash('sha256').update(step.sql).digest('hex'));
    expect(digests.slice(0, shipped.length)).toEqual(shipped);
  });

  it('go on from every earlier form', { timeout: 180_000 }, () => {
    for (let count = 0; count < migrations.length; count += 1) {
      const { file, database } = databaseAt(count);
      database.close();
      const upgraded = openDatabase({ file, role: 'writer' });
      expect(schemaVersion(upgraded)).toBe(migrations.length);
      upgraded.close();
    }
  });

  it('leave a database as it was when one fails', () => {
    const { file, database } = databaseAt(2);
    database.close();
    const broken = {
      version: 3,
      purpose: 'fails',
      sql: 'CREATE TABLE half (a TEXT) STRICT; oops;',
    };
    expect(() =>
      openDatabase({ file, role: 'writer', steps: [...migrations.slice(0, 2), broken] }),
    ).toThrow();
    const after = new BetterSqlite(file);
    expect(schemaVersion(after)).toBe(2);
    expect(columns(after, 'half')).toEqual([]);
    after.close();
  });
});

describe('migration 1, cameras', () => {
  it('keeps the source apart from the other settings, which are JSON', () => {
    const { database } = databaseAt(1);
    expect(columns(database, 'cameras')).toEqual(['position', 'id', 'source', 'settings']);
    expect(() =>
      database.exec("INSERT INTO cameras (id, source, settings) VALUES ('a', 'b', '{')"),
    ).toThrow('CHECK');
  });
});

describe('migration 2, lines', () => {
  it('has one row for each revision', () => {
    const { database } = databaseAt(2);
    const insert = "INSERT INTO line_revisions VALUES ('door', 1, 'gate', '{}', 1, NULL)";
    database.exec(insert);
    expect(() => database.exec(insert)).toThrow('UNIQUE');
  });
});

describe('migration 3, ledger', () => {
  it('has each crossing of a track once, for good', () => {
    const { database } = databaseAt(3);
    ledgerRow(database);
    expect(() => ledgerRow(database)).toThrow('UNIQUE');
    expect(() => database.exec('DELETE FROM crossings')).toThrow('append-only');
    expect(() => database.exec('UPDATE crossings SET score = 1')).toThrow('append-only');
  });
});

describe('migration 4, tallies', () => {
  it('sums what was there before and what comes after', () => {
    const { file, database } = databaseAt(3);
    ledgerRow(database);
    database.close();
    const upgraded = openDatabase({ file, role: 'writer', steps: migrations.slice(0, 4) });
    ledgerRow(upgraded, 2);
    ledgerRow(upgraded, 3);
    expect(upgraded.prepare('SELECT * FROM tally_quarters').all()).toEqual([
      { line_key: 1, quarter: 1, direction: 'in', label: 'person', crossings: 3 },
    ]);
    upgraded.close();
  });
});

describe('migration 5, checkpoints', () => {
  it('has one for each camera that the ledger knows', () => {
    const { database } = databaseAt(5);
    expect(() => database.exec("INSERT INTO checkpoints VALUES (7, 1, 1, 1, '')")).toThrow(
      'FOREIGN KEY',
    );
  });
});

describe('migration 6, coverage', () => {
  it('has no span that ends before it starts', () => {
    const { database } = databaseAt(6);
    database.exec("INSERT INTO ledger_cameras (camera_id) VALUES ('gate')");
    expect(() => database.exec('INSERT INTO observed VALUES (1, 2, 1)')).toThrow('CHECK');
  });
});

describe('migration 7, models', () => {
  it('has one version of a name that is not removed', () => {
    const { database } = databaseAt(7);
    const insert = (digest: string, removed: string) =>
      database.exec(
        `INSERT INTO models VALUES ('${digest}', 'nano', '1.0.0', '{}', 1, '/a', 0, 1, ${removed})`,
      );
    insert('a', '5');
    insert('b', 'NULL');
    expect(() => insert('c', 'NULL')).toThrow('UNIQUE');
  });
});

describe('migration 8, settings', () => {
  it('has JSON by key', () => {
    const { database } = databaseAt(8);
    expect(() => database.exec("INSERT INTO settings VALUES ('a', 'no json', 1)")).toThrow('CHECK');
  });
});

describe('migration 9, zones', () => {
  it('has one row for each revision of a zone and of a flow', () => {
    const { database } = databaseAt(9);
    for (const table of ['zone_revisions', 'flow_revisions']) {
      const insert = `INSERT INTO ${table} VALUES ('hall', 1, 'gate', '{}', 1, NULL)`;
      database.exec(insert);
      expect(() => database.exec(insert)).toThrow('UNIQUE');
    }
  });
});

describe('migration 10, ledger of zones', () => {
  it('has no passage that ends before it begins', () => {
    const { database } = databaseAt(10);
    ledgerRow(database);
    database.exec("INSERT INTO ledger_flows (key, camera_key, flow_id) VALUES (1, 1, 'way')");
    expect(() =>
      database.exec("INSERT INTO flow_passages VALUES (1, 1, 1, 1, 1, 0, 'person', 2, 1, 1, 1)"),
    ).toThrow('CHECK');
  });
});

describe('migration 11, occupancy of the site', () => {
  it('has one state, a log that is never changed, and no negative number', () => {
    const { database } = databaseAt(11);
    expect(() => database.exec("INSERT INTO site_state VALUES (2, 0, '{}', 1)")).toThrow('CHECK');
    const insert = (after: number) =>
      database.exec(
        `INSERT INTO occupancy_corrections VALUES (NULL, 1, 0, ${String(after)}, 'set-by-hand', '', 'mai')`,
      );
    insert(3);
    expect(() => insert(-1)).toThrow('CHECK');
    expect(() => database.exec('DELETE FROM occupancy_corrections')).toThrow('append-only');
  });
});

describe('migration 15, model registry', () => {
  it('takes over the models and the history that were there, and keeps it for good', () => {
    const { file, database } = databaseAt(14);
    database.exec(`
      INSERT INTO models VALUES ('a', 'nano', '1.0.0', '{}', 7, '/a', 0, 1, NULL);
      INSERT INTO model_activations (alias, digest, activated_at_ms) VALUES ('champion', 'a', 5);
    `);
    database.close();
    const upgraded = openDatabase({ file, role: 'writer', steps: migrations.slice(0, 15) });
    expect(upgraded.prepare('SELECT * FROM model_files').all()).toEqual([
      { digest: 'a', path: 'model.onnx', kind: 'model', bytes: 7, file_digest: 'a' },
    ]);
    expect(
      upgraded.prepare('SELECT alias, camera_id, digest, at_ms FROM model_history').all(),
    ).toEqual([{ alias: 'champion', camera_id: null, digest: 'a', at_ms: 5 }]);
    expect(() => upgraded.exec('DELETE FROM model_history')).toThrow('append-only');
    expect(() => upgraded.exec("UPDATE model_history SET reason = 'x'")).toThrow('append-only');
    upgraded.close();
  });
});

describe('migration 16, recordings', () => {
  it('has no file that ends before it begins', () => {
    const { database } = databaseAt(16);
    const insert = "INSERT INTO recording_segments VALUES ('a', 'gate', 5, 4, 1, 'h264', 0)";
    expect(() => database.exec(insert)).toThrow('CHECK');
  });
});

describe('migration 17, masks', () => {
  it('has masks of cameras that are there', () => {
    const { database } = databaseAt(17);
    const insert = "INSERT INTO privacy_masks VALUES ('a', 'gate', 'A', '[]', 1)";
    expect(() => database.exec(insert)).toThrow('FOREIGN KEY');
  });
});

describe('migration 19, setups of the ledger', () => {
  it('knows what was there before and what comes after', () => {
    const { file, database } = databaseAt(18);
    ledgerRow(database);
    database.close();
    const upgraded = openDatabase({ file, role: 'writer', steps: migrations.slice(0, 19) });
    ledgerRow(upgraded, 2);
    expect(upgraded.prepare('SELECT * FROM ledger_setups').all()).toEqual([
      {
        line_key: 1,
        line_revision: 1,
        model_key: 1,
        config_key: 1,
        first_ms: 900_000,
        last_ms: 900_000,
      },
    ]);
    upgraded.close();
  });
});

describe('migration 20, blind counts', () => {
  it('has certificates of blind counts that are there', () => {
    const { database } = databaseAt(20);
    const insert = "INSERT INTO certificates VALUES (1, 7, 'gate', 'door', 1, 'mai', '{}')";
    expect(() => database.exec(insert)).toThrow('FOREIGN KEY');
  });
});

describe('migration 23, sealed sources', () => {
  it('leaves addresses that were there as they are, for the station to seal', () => {
    const { file, database } = databaseAt(22);
    database.exec("INSERT INTO cameras (id, source, settings) VALUES ('a', 'rtsp://u:p@h/', '{}')");
    database.close();
    const upgraded = openDatabase({ file, role: 'writer', steps: migrations.slice(0, 23) });
    expect(upgraded.prepare('SELECT id, source, sealed_source FROM cameras').all()).toEqual([
      { id: 'a', source: 'rtsp://u:p@h/', sealed_source: null },
    ]);
    upgraded.close();
  });
});

describe('migration 24, experiments', () => {
  it('has events that at least one arm counted, of experiments that are there', () => {
    const { database } = databaseAt(24);
    const insert = (experiment: string, a: string) =>
      database.exec(
        `INSERT INTO experiment_pairs (experiment_id, place, line_id, kind, at_ms, a)
         VALUES ('${experiment}', 'gate', 'door', 'only-a', 1, ${a})`,
      );
    expect(() => insert('one', "'{}'")).toThrow('FOREIGN KEY');
    database.exec("INSERT INTO experiments VALUES ('one', 'draft', 1, '{}')");
    insert('one', "'{}'");
    expect(() => insert('one', 'NULL')).toThrow('CHECK');
  });
});

describe('migration 25, health', () => {
  it('has no incident that ends before it begins, and no model that counted longer than it should', () => {
    const { database } = databaseAt(migrations.length);
    const incident = "INSERT INTO incidents VALUES ('a', 'worker-ended', 5, 4, '{}')";
    expect(() => database.exec(incident)).toThrow('CHECK');
    expect(() => database.exec("INSERT INTO model_time VALUES ('a', 0, 5, 6)")).toThrow('CHECK');
    const minute = "INSERT INTO metric_minutes VALUES ('camera', 'gate', 30, '{}')";
    expect(() => database.exec(minute)).toThrow('CHECK');
  });
});

describe('migration 27, jobs', () => {
  it('keeps a frame and its state together, and rows of items that are there', () => {
    const { database } = databaseAt(27);
    database.exec(`INSERT INTO jobs VALUES ('night', 1, '{}');
      INSERT INTO job_runs (id, job_id, state, body) VALUES (1, 'night', 'running', '{}');
      INSERT INTO job_items (run_id, position, state, body) VALUES (1, 0, 'running', '{}')`);
    expect(() => database.exec("UPDATE job_items SET checkpoint = '{}'")).toThrow('CHECK');
    const row = (position: number) =>
      database.exec(`INSERT INTO job_crossings
        VALUES (1, ${String(position)}, 'door', 'in', 'person', 1, 0, 5, 1, 0.5, '{}')`);
    expect(() => row(1)).toThrow('FOREIGN KEY');
    row(0);
    database.exec("DELETE FROM jobs WHERE id = 'night'");
    expect(database.prepare('SELECT COUNT(*) FROM job_crossings').pluck().get()).toBe(0);
  });
});

describe('migration 31, recorded events', () => {
  it('leaves the files that are known to be looked at', () => {
    const { file, database } = databaseAt(30);
    database.exec("INSERT INTO recording_segments VALUES ('a', 'gate', 4, 5, 1, 'h264', 0)");
    database.close();
    const upgraded = openDatabase({ file, role: 'writer', steps: migrations.slice(0, 31) });
    const known = upgraded.prepare('SELECT has_event FROM recording_segments').pluck();
    expect(known.all()).toEqual([null]);
    const set = 'UPDATE recording_segments SET has_event = 2';
    expect(() => upgraded.exec(set)).toThrow('CHECK');
    upgraded.close();
  });
});

function ledgerRow(database: Database, track = 1): void {
  database.exec(`
    INSERT OR IGNORE INTO ledger_cameras (key, camera_id) VALUES (1, 'gate');
    INSERT OR IGNORE INTO ledger_lines (key, camera_key, line_id) VALUES (1, 1, 'door');
    INSERT OR IGNORE INTO ledger_digests (key, digest) VALUES (1, 'a');
    INSERT INTO crossings (line_key, line_revision, epoch, track_id, ordinal, direction, label, at_ms,
      score, point_x, point_y, box_x, box_y, box_width, box_height, model_key, config_key)
    VALUES (1, 1, 1, ${String(track)}, 0, 'in', 'person', 900000, 1, 0, 0, 0, 0, 0, 0, 1, 1);
  `);
}

describe('migration 26, ids of requests', () => {
  it('keeps the chain of the audit log whole over rows that have none', () => {
    const { file, database } = databaseAt(25);
    const row = {
      ...{ number: 1, at: 5, user: 'chief', role: 'admin', door: 'browser', address: null },
      ...{ procedure: 'line.remove', outcome: 'done', code: null, input: '{}' },
      ...{ before: null, after: '{}' },
    };
    const digest = linkDigest(chainStart, row);
    const names = ['number', 'at_ms', ...Object.keys(row).slice(2), 'digest'];
    database
      .prepare(`INSERT INTO audit_log (${names.join()}) VALUES (${names.map(() => '?').join()})`)
      .run(...Object.values(row), digest);
    database.close();
    const upgraded = openDatabase({ file, role: 'writer' });
    const { number: _number, ...fact } = row;
    appendAudit(upgraded, { ...fact, requestId: 'r-2' } as AuditFact);
    expect(verifyAudit(upgraded, null)).toMatchObject({ isIntact: true, rows: 2 });
    const listed = listAudit(upgraded, { limit: 9 });
    expect(listed.map(({ requestId }) => requestId)).toEqual(['r-2', undefined]);
    upgraded.close();
  });
});

describe('migration 30, archive', () => {
  it('lets rows of the ledger go only where a written file covers them, and back only without a second sum', () => {
    const { file, database } = databaseAt(29);
    for (const track of [1, 2, 3]) ledgerRow(database, track);
    database.exec('CREATE TABLE kept AS SELECT * FROM crossings WHERE id = 1');
    database.close();
    const upgraded = openDatabase({ file, role: 'writer' });
    const remove = (id: number) => () =>
      upgraded.prepare('DELETE FROM crossings WHERE id = ?').run(id);
    const sums = () => upgraded.prepare('SELECT crossings FROM tally_quarters').pluck().all();
    const become = (state: string) =>
      upgraded
        .prepare(`INSERT OR REPLACE INTO archive_parts VALUES ('crossings', 0, 2, ?, 2, 9, 'a', 9)`)
        .run(state);
    expect(remove(1)).toThrow('append-only');
    for (const state of ['archived', 'restoring', 'restored']) {
      become(state);
      expect(remove(1), state).toThrow('append-only');
    }
    become('removing');
    remove(1)();
    expect(remove(3), 'a row that came after the file').toThrow('append-only');
    expect(sums()).toEqual([3]);
    become('restoring');
    upgraded.exec('INSERT INTO crossings SELECT * FROM kept');
    expect(sums()).toEqual([3]);
    ledgerRow(upgraded, 4);
    expect(sums()).toEqual([4]);
    upgraded.close();
  });
});
