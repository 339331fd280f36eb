import type { Services } from '../services';
import { numberIn } from './arguments';
import { pickDataset } from './pickDataset';

/** Shows what a round's model was measured to do: that of the argument, or the newest. */
export async function showResults(services: Services, target?: unknown): Promise<void> {
  const state = await pickDataset(services, target);
  if (!state) return;
  const wanted = numberIn(target, 'round');
  const measured = state.results.some(({ round }) => round === wanted);
  await services.rounds.open(state.ref, measured && wanted !== undefined ? wanted : null);
}
