/**
 * The list of the pictures of the page, for tests: the one place that reaches into `tools/`.
 */
export * from '../../tools/screenshots/shots.ts';
