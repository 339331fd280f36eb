import { stat } from 'node:fs/promises';
import { versionOf } from '../../shared/workspace/fileVersion';

/** The version of what is at a path now; null when there is nothing. */
export const fileVersion = (path: string): Promise<string | null> =>
  stat(path, { bigint: true }).then(versionOf, () => null);
