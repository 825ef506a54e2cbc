/**
 * The thread that reads PDF files, as a file of this page: nothing is loaded from elsewhere.
 */
import 'pdfjs-dist/build/pdf.worker.min.mjs';
