import { join } from 'node:path';
import { writeFileAtomic } from './atomicFile';
import { exists } from './exists';

/** Makes git ignore a folder's content, unless its .gitignore is there and may have been changed by the user. */
export async function ignoreInGit(folder: string): Promise<void> {
  const path = join(folder, '.gitignore');
  if (!(await exists(path))) await writeFileAtomic(path, '*\n');
}
