import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where this user's caches of Warmstart lie on this platform: outside of every repository. */
export function userFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  const base =
    process.platform === 'win32'
      ? (LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'))
      : process.platform === 'darwin'
        ? join(homedir(), 'Library', 'Caches')
        : XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(base, 'warmstart');
}
