import type { RoundFile } from '../../shared/schema/round';
import { FEWEST_HELD_OUT } from '../../shared/workspace/heldOut';
import { usageError } from '../errors';
import type { Job } from '../job';
import { readAnswers, telling } from '../rounds/labelFiles';
import { roundPath } from '../rounds/roundFiles';
import { drawTestSet, type TestSetWish } from '../rounds/testSet';
import { plural } from '../text/plural';
import { type DatasetOptions, withDataset } from './withDataset';

export interface TestSetOptions extends DatasetOptions, TestSetWish {}

export interface TestSetReport {
  readonly round: RoundFile;
  readonly path: string;
  /** Images of it that have a label already; they are not trained on any more. */
  readonly labelled: number;
}

/** Draws a random sample to measure accuracy on, and asks for its labels in a round of its own. */
export async function testSet(options: TestSetOptions, job: Job): Promise<TestSetReport> {
  if (options.images < FEWEST_HELD_OUT)
    throw usageError(
      `A test set of ${options.images} says too little; draw ${FEWEST_HELD_OUT} images or more (200 tell accuracy to about 7 points).`,
    );
  return withDataset(options, job, async (dataset) => {
    const round = await drawTestSet(dataset, options, job);
    const { labels } = (await readAnswers(dataset, telling(job))).merged;
    const labelled = round.picks.filter(({ image }) => labels.has(image)).length;
    return { round, path: roundPath(dataset, round.round), labelled };
  });
}

export function describeTestSet({ round, path, labelled }: TestSetReport): string {
  const lines = [
    `Round ${round.round}: ${plural(round.picks.length, 'image')} drawn at random as a test set. Label all that can be told; from ${FEWEST_HELD_OUT} labels on, accuracy is measured on them.`,
    'They are not trained on, from now on.',
  ];
  if (labelled > 0)
    lines.push(`${plural(labelled, 'image')} of them had a label already, which taught until now; train again.`);
  return [...lines, path].join('\n');
}
