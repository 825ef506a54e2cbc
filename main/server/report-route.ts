/**
 * Reports over HTTP as files to save: counts whole, crossings as a stream that takes the same memory however many there are.
 * Each part passes the router and its roles.
 */
import { StationError } from '#contract/error.ts';
import type { OutputOf } from '#contract/procedures.ts';

/** Answers with a file of counts. */
export function answerFile({ name, type, data }: OutputOf<'report.file'>): Response {
  return new Response(Buffer.from(data, 'base64'), {
    headers: { 'content-type': type, 'content-disposition': attachment(name) },
  });
}

export type RowsPage = OutputOf<'report.rows'>;
export type RowCursor = RowsPage['next'];

/** Answers with all crossings as CSV. @param read gives the page after a cursor; null for the first one */
export async function answerRows(read: (after: RowCursor) => Promise<RowsPage>): Promise<Response> {
  // The first page is read before the answer begins, so that a wrong question has its status.
  let page: RowsPage | null = await read(null);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (page === null) {
        controller.close();
        return;
      }
      controller.enqueue(encoder.encode(page.text));
      try {
        page = page.next === null ? null : await read(page.next);
      } catch (error) {
        controller.error(StationError.from(error, 'SYS_001'));
      }
    },
  });
  return new Response(body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': attachment('crossings.csv'),
    },
  });
}

function attachment(name: string): string {
  return `attachment; filename="${name.replaceAll(/[^\w.-]/g, '_')}"`;
}
