/**
 * Draws the pages of a PDF. What reads PDF files is large, so it is loaded when the first one is looked at.
 */
export interface OpenPaper {
  readonly pages: number;
  /** Draws a page (from 1) so wide in CSS px. Rejects when it cannot be drawn. */
  draw(canvas: HTMLCanvasElement, at: { page: number; widthPx: number }): Promise<void>;
  close(): Promise<void>;
}

/** Rejects when the bytes are no PDF. The bytes are handed over and not there any more. */
export async function openPaper(bytes: Uint8Array<ArrayBuffer>): Promise<OpenPaper> {
  const { getDocument, PDFWorker } = await import('pdfjs-dist');
  const thread = new Worker(new URL('./pdf-worker.ts', import.meta.url), { type: 'module' });
  // Its types were made from comments and take no port, which it has.
  const worker = new PDFWorker({ port: thread as never });
  const loading = getDocument({ data: bytes, worker });
  // A thread that cannot be started says nothing else.
  const failed = new Promise<never>((_, reject) => {
    const fail = (): void => reject(new Error('the part that reads PDF files did not start'));
    thread.addEventListener('error', fail, { once: true });
  });
  const close = async (): Promise<void> => {
    await loading.destroy();
    worker.destroy();
    thread.terminate();
  };
  try {
    const paper = await Promise.race([loading.promise, failed]);
    return {
      pages: paper.numPages,
      async draw(canvas, { page: number, widthPx }) {
        const page = await paper.getPage(number);
        const { width } = page.getViewport({ scale: 1 });
        const viewport = page.getViewport({ scale: (widthPx * devicePixelRatio) / width });
        canvas.width = Math.round(viewport.width);
        canvas.height = Math.round(viewport.height);
        await page.render({ canvas, viewport }).promise;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
