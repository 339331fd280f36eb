import { userInfo } from 'node:os';
import { usageError } from '../errors';

/** The name of whoever calls; some containers run as a user without one. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    const name = process.env.USER;
    if (!name) throw usageError('This user has no name; say whose answers these are with --annotator.');
    return name;
  }
}
