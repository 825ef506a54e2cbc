/**
 * Gives the stand-in to everybody who imports or requires 'electron' in this process and in its threads.
 */
import { registerHooks } from 'node:module';

const standin = new URL('./electron.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' || specifier.startsWith('electron/')
      ? { url: standin, format: 'module-typescript', shortCircuit: true }
      : next(specifier, context),
});
Object.defineProperty(process.versions, 'electron', { value: '45.4.1-standin', enumerable: true });
