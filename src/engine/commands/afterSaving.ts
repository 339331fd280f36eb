import { UserError } from '../errors';

/**
 * Runs what a command does once it has saved something. Where that fails the sentence begins with what was saved: whoever reads only
 * of a failure would think that nothing is on the disk.
 */
export async function afterSaving<T>(saved: string | null, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (saved === null || !(error instanceof UserError)) throw error;
    throw new UserError(error.code, `${saved} What comes after that failed: ${error.message}`, { cause: error });
  }
}
