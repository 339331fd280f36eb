import { ADVICE_LEVEL, type Advice, adviceFrom, isTooFew, type Likely, type TooFew } from '../../shared/advice';
import { inputError, usageError } from '../errors';
import type { Job } from '../job';
import { readResults } from '../rounds/roundFiles';
import { percent } from '../text/percent';
import { plural } from '../text/plural';
import { type DatasetOptions, withDataset } from './withDataset';

export interface AdviceOptions extends DatasetOptions {
  /** How many more labels. */
  readonly labels: number;
  /** Accuracy to reach, in per cent. */
  readonly target?: number;
}

export interface AdviceReport {
  readonly advice: Advice | TooFew;
  /** Training images in all: more can't be labelled. */
  readonly pool: number;
}

/** What more labels are likely to bring, by the curve of what was measured so far. Reads results and changes nothing. */
export async function advice({ labels, target, ...options }: AdviceOptions, job: Job): Promise<AdviceReport> {
  if (target !== undefined && !(target > 0 && target < 100))
    throw usageError(`--target ${target} is no accuracy; give per cent between 0 and 100.`);
  return withDataset(options, job, async (dataset) => {
    const results = await readResults(dataset);
    if (!results.some(({ metrics }) => metrics))
      throw inputError(
        `Nothing was measured on dataset ${dataset.name} yet; label a batch, then train, and do so a few times.`,
      );
    const wish = { more: labels, ...(target === undefined ? {} : { target: target / 100 }) };
    return { advice: adviceFrom(results, wish), pool: dataset.train.length };
  });
}

export function describeAdvice({ advice: given, pool }: AdviceReport): string {
  if (isTooFew(given))
    return `Too few rounds for advice: ${given.rounds} ${given.rounds === 1 ? 'was' : 'were'} measured alike with different numbers of labels, ${given.needed} are needed. Go on labelling.`;
  const { rounds, labels, accuracy, estimate, next, target } = given;
  const basis = rounds === null ? 'models that learnt from shares of the labels' : plural(rounds, 'round');
  const lines = [
    `By the curve of ${basis}: accuracy ${percent(accuracy)} with ${plural(labels, 'label')}, ${estimate ? 'estimated by cross-validation' : 'on test images'}.`,
    `${plural(next.labels, 'more label')} are likely to bring ${gainText(next.gain)} points.`,
  ];
  if (estimate)
    lines.push(
      rounds === null
        ? 'Labels that were chosen because they are hard make accuracy look lower than it is. A test set ("test-set") tells it better.'
        : 'Labels that were chosen because they are hard make such estimates rise too slowly: more may come than is said here. A test set ("test-set") tells it better.',
    );
  if (target) lines.push(targetText(target.accuracy, target.labels, labels, pool));
  lines.push(
    `Intervals hold what comes about ${ADVICE_LEVEL * 10} times of 10, if labels go on as they were chosen and given so far.`,
  );
  return lines.join('\n');
}

/** "+0.8 ± 0.6" */
function gainText({ middle, low, high }: Likely): string {
  const points = (100 * middle!).toFixed(1);
  return `${middle! >= 0 ? '+' : ''}${points} ± ${(50 * (high! - low!)).toFixed(1)}`;
}

function targetText(accuracy: number, { low, middle, high }: Likely, labels: number, pool: number): string {
  const reached = `${percent(accuracy)}`;
  if (middle === null) return `${reached} are not likely to be reached by more labels: the curve levels off below.`;
  if (middle <= labels) return `${reached} are most likely reached already.`;
  const range = `${low} to ${high === null ? 'never' : high}`;
  const beyond = middle > pool ? `, more than the ${plural(pool, 'training image')} there are` : '';
  return `${reached} take about ${middle} labels in all (${range})${beyond}.`;
}
