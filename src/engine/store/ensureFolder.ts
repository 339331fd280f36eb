import { diskError } from './atomicFile';
import { makeFolder } from './makeFolder';

/** Makes a folder and those above it that are missing. Every failure is a UserError of code 'disk'. */
export const ensureFolder = (folder: string): Promise<void> =>
  makeFolder(folder).catch((error) => {
    throw diskError(folder, error);
  });
