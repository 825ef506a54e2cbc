import { describe, expect, it } from 'vitest';
import { countsToCsv, type CsvPlace, rowsToCsv } from '#engine/reporting/csv.ts';
import { aReport, reportStart } from '#test/report.ts';

const hour = 3_600_000;
const edges = [reportStart, reportStart + hour];
const place: CsvPlace = {
  ...{ cameraId: 'gate', cameraName: 'Cổng, "chính"', id: 'door', name: '=HYPERLINK("x")' },
  ...{ in: [3], out: [1], observedSeconds: [3599.99951], expectedSeconds: [3600] },
  ...{ labels: [], whole: null, basis: 'audited' },
  bounds: [{ low: { in: 2, out: 1 }, high: { in: 5, out: 4 } }],
};

describe('counts as CSV', () => {
  it('have a row for each line and bucket, quoted as RFC 4180 says, and no formula', () => {
    const boundaries = [{ cameraId: 'gate', at: reportStart + 1000, digest: 'b', former: 'a' }];
    const text = countsToCsv(
      { report: aReport({ boundaries }), edges, places: [place] },
      { bom: false },
    );
    expect(text.split('\r\n')).toEqual([
      'from,to,camera_id,camera,id,name,in,out,in_low,in_high,out_low,out_high,interval_basis,observed_seconds,expected_seconds,model_changes',
      `2026-10-01T00:00:00+07:00,2026-10-01T01:00:00+07:00,gate,"Cổng, ""chính""",door,"'=HYPERLINK(""x"")",3,1,2,5,1,4,audited,3600,3600,2026-10-01T00:00:01+07:00`,
      '',
    ]);
  });

  it.each(['+1', '-1', '@SUM(A1)', '\tx', '\rx'])('guards the name %j', (name) => {
    const full = { report: aReport(), edges, places: [{ ...place, name }] };
    expect(countsToCsv(full, { bom: false })).toContain(`'${name}`);
  });

  it('leave cells empty where nothing is known or asked for', () => {
    const zone = { ...place, name: 'Hall', bounds: null, basis: null };
    const report = aReport({ subject: 'zones', direction: 'in' });
    const [, row] = countsToCsv({ report, edges, places: [zone] }, { bom: false }).split('\r\n');
    expect(row).toContain(',Hall,3,,,,,,,3600,3600,');
  });

  it('begin with a byte order mark when asked to', () => {
    const text = countsToCsv({ report: aReport(), edges, places: [] }, { bom: true });
    expect(text.startsWith('\uFEFFfrom,')).toBe(true);
  });
});

describe('rows as CSV', () => {
  const row = {
    ...{ id: 7, at: reportStart + 1, cameraId: 'gate', lineId: 'door', lineRevision: 2 },
    ...{ direction: 'in', label: 'person', score: 0.123456, trackUid: 'gate:1:9' },
    ...{ modelDigest: 'a', configDigest: 'b' },
  };
  const options = { timeZone: 'Asia/Ho_Chi_Minh', bom: true };

  it('name their columns and carry a mark on the first page only', () => {
    const first = rowsToCsv([row], { ...options, isFirst: true });
    const next = rowsToCsv([row], { ...options, isFirst: false });
    const line = '7,2026-10-01T00:00:00.001+07:00,gate,door,2,in,person,0.1235,gate:1:9,a,b\r\n';
    expect(next).toBe(line);
    expect(first).toBe(
      `\uFEFFid,at,camera_id,line_id,line_revision,direction,label,score,track,model_digest,config_digest\r\n${line}`,
    );
  });
});
