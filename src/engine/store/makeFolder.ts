import { access, constants, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { requireFolderInside } from './inside';

/** Makes a folder and those above it that are missing; never by a link that leads out of a dataset. Fails with what keeps it from being made. */
export async function makeFolder(folder: string): Promise<void> {
  await requireFolderInside(folder);
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    // on a read-only disk Node says that the folder is not there, which is not why it can't be made
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') await accessAbove(folder);
    throw error;
  }
}

/** Throws where the nearest folder that is there can't be written to. */
async function accessAbove(folder: string): Promise<void> {
  for (let above = dirname(folder); ; above = dirname(above))
    try {
      return await access(above, constants.W_OK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === dirname(above)) throw error;
    }
}
