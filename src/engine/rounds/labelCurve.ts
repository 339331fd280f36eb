import type { LabelCurve } from '../../shared/schema/results';
import type { Dataset } from '../data/dataset/type';
import { rowsOfSome } from '../features/cache';
import { hasFrozen, leadOf } from '../features/encoder';
import type { Job } from '../job';
import { curveOfShares } from '../learner/shareCurve';
import { evenlySpread } from '../numeric/evenlySpread';
import type { FittedModel } from './model';
import { labelledSet } from './selectBatch';

/** Fewer labels, a fifth of which is held out, tell next to nothing of a curve. */
const FEWEST = 40;
/** More would take long; what they add to a curve is little. */
const MOST = 1_000;

/**
 * How accuracy rose with the labels: probes on shares of them, measured on the same held-out ones. Null where labels are few, or the model is
 * a network that was trained: training it again that often would take too long, and a probe says nothing of it.
 */
export async function labelCurve(
  dataset: Dataset,
  { encoder, learner }: Pick<FittedModel, 'encoder' | 'learner'>,
  labelled: ReadonlyMap<number, number>,
  job: Job,
): Promise<LabelCurve | null> {
  if (learner !== 'probe' || labelled.size < FEWEST || new Set(labelled.values()).size < 2) return null;
  const { indices, labels } = labelledSet(labelled);
  const some = evenlySpread(indices.length, MOST);
  const lead = leadOf(encoder);
  const rows = await rowsOfSome(
    dataset,
    lead,
    some.map((i) => indices[i]),
    job,
  );
  const points = await curveOfShares(
    { rows, frozen: hasFrozen(lead) },
    some.map((i) => labels[i]),
    dataset.file.classes.length,
    job,
  );
  return { count: some.length, points };
}
