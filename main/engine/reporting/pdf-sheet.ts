/**
 * What all papers look like: A4, the fonts that come with the station, a running title and page numbers.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import pdfmake from 'pdfmake';
import type { Content, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import type { ReportLanguage } from '#contract/report.ts';

export interface Sheet {
  readonly title: string;
  readonly language: ReportLanguage;
  /** On top of each page but the first */
  readonly running: string;
  /** "made on 1 Oct 2026, 10:00" */
  readonly madeAt: string;
  readonly page: (page: number, pages: number) => string;
  readonly content: Content[];
}

/** Bytes of a PDF file. */
export async function writePdf(document: TDocumentDefinitions): Promise<Uint8Array> {
  const fonts = fontFiles();
  pdfmake.setFonts({ Roboto: fonts });
  // A paper needs nothing but its fonts: neither the network nor other files.
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy((file) => Object.values(fonts).includes(file));
  return pdfmake.createPdf(document).getBuffer();
}

function fontFiles() {
  const require = createRequire(import.meta.url);
  const folder = path.join(path.dirname(require.resolve('pdfmake/package.json')), 'fonts/Roboto');
  return {
    normal: path.join(folder, 'Roboto-Regular.ttf'),
    bold: path.join(folder, 'Roboto-Medium.ttf'),
    italics: path.join(folder, 'Roboto-Italic.ttf'),
    bolditalics: path.join(folder, 'Roboto-MediumItalic.ttf'),
  };
}

/** The document as pdfmake lays it out. */
export function sheetOf(sheet: Sheet): TDocumentDefinitions {
  const { title, language, running, madeAt, page, content } = sheet;
  return {
    info: { title, creator: 'Tallywatch' },
    language,
    pageSize: 'A4',
    pageMargins: [40, 48, 40, 46],
    defaultStyle: { font: 'Roboto', fontSize: 8.5, color: '#1b2530', lineHeight: 1.15 },
    styles: {
      title: { fontSize: 18, bold: true },
      heading: { fontSize: 11, bold: true, margin: [0, 12, 0, 4] },
      dim: { color: '#5b6773' },
      figure: { fontSize: 17, bold: true },
      head: { bold: true, color: '#43505c' },
    },
    header: (number) =>
      number === 1 ? '' : { text: running, style: 'dim', margin: [40, 22, 40, 0] },
    footer: (number, pages) => ({
      columns: [
        { text: `Tallywatch · ${madeAt}`, style: 'dim' },
        { text: page(number, pages), style: 'dim', alignment: 'right' },
      ],
      margin: [40, 14, 40, 0],
    }),
    content,
  };
}
