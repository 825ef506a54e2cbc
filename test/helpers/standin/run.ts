/**
 * Starts an app as Electron would: understands its arguments, gives it the module 'electron', imports its main entry.
 */
import { readFileSync, statSync } from 'node:fs';
import inspector from 'node:inspector';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import './register.ts';

const required: string[] = [];
const appArguments: string[] = [];
let given: string | null = null;
const rest = process.argv.slice(2);
for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
  if (argument === '-r') required.push(rest.shift()!);
  else if (argument.startsWith('--inspect')) inspector.open(Number(argument.split('=')[1] ?? 9229));
  else if (given === null && !argument.startsWith('-')) given = path.resolve(argument);
  else appArguments.push(argument);
}
if (given === null) throw new Error('Say which app to run: electron FOLDER');

const isFolder = statSync(given).isDirectory();
const entry = isFolder ? path.join(given, mainOf(given)) : given;
process.env['STANDIN_APP_PATH'] = isFolder ? given : path.dirname(given);
// An app that was installed is the executable itself.
const isPackaged = process.env['STANDIN_PACKAGED'] === '1';
if (isPackaged) {
  const resourcesPath = path.join(process.env['STANDIN_APP_PATH'], 'resources');
  Object.defineProperty(process, 'resourcesPath', { value: resourcesPath });
}
process.argv = [process.argv[0]!, ...(isPackaged ? [] : [given]), ...appArguments];
const require = createRequire(import.meta.url);
for (const file of required) require(file);
await import(pathToFileURL(entry).href);

function mainOf(folder: string): string {
  const { main } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
    main: string;
  };
  return main;
}
