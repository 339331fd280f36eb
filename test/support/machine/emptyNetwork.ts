import { spawnSync } from 'node:child_process';
import { Unavailable } from './unavailable';

/** What comes before a program so that it runs where there is no network, not even the machine's own. */
export type EmptyNetwork = readonly string[];

const asAnybody: EmptyNetwork = ['unshare', '--map-root-user', '--net'];

/**
 * A network namespace of its own, which nothing was put into.
 * @throws Unavailable where the system does not let us
 */
export function findEmptyNetwork(): EmptyNetwork {
  if (process.platform !== 'linux') throw new Unavailable('Only Linux has network namespaces.');
  const [program = '', ...args] = asAnybody;
  const { status, error, stderr } = spawnSync(program, [...args, 'true'], { encoding: 'utf8' });
  if (status === 0) return asAnybody;
  const why = error?.message ?? stderr.trim();
  throw new Unavailable(`This system lets nobody make a network namespace by \`${asAnybody.join(' ')}\` (${why}).`);
}
