/**
 * Where the parts of the product lie, from source (`main/`) and built (`out/main/`) alike.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface ProductFolders {
  readonly root: string;
  readonly resources: string;
  /** The built page; may be missing when run from source */
  readonly page: string;
}

/** `workersFolder` is `<root>/main/workers` or `<root>/out/main/workers`. */
export function productFolders(workersFolder: string): ProductFolders {
  let root = path.resolve(workersFolder, '..');
  while (!existsSync(path.join(root, 'package.json'))) {
    const above = path.dirname(root);
    if (above === root) throw new Error(`no package.json above ${workersFolder}`);
    root = above;
  }
  return {
    root,
    resources: path.join(root, 'resources'),
    page: path.join(root, 'out/renderer'),
  };
}

export function productVersion(root: string): string {
  const text = readFileSync(path.join(root, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
