import type { LabelEntry } from '../../shared/schema/labels';
import type { Repeat, RoundFile } from '../../shared/schema/round';
import type { Answer } from '../../shared/workspace/labels';
import { placeIn, places } from '../../shared/workspace/paths';
import type { DatasetFolder } from '../data/dataset/type';
import { UserError } from '../errors';
import { Random } from '../numeric/random';
import type { DatasetToLabel } from './labelFile';
import type { OnProblem } from './labelFiles';
import { annotatorsIn, rawLabels } from './rawLabels';

/*
 * Images that a person has answered and is asked again, unseen among new ones, to learn how far they agree with themselves. What they say
 * then is kept in files of its own, in the form of label files: it is no label, and the first answer stays as it is.
 */

/** Where second answers lie. */
export const repeatsIn = ({ directory }: DatasetFolder): string => placeIn(directory, places.repeats);

/** The dataset as far as second answers go. */
export const secondAnswersOf = (dataset: DatasetToLabel): DatasetToLabel => ({
  name: dataset.name,
  directory: dataset.directory,
  file: dataset.file,
  has: (image) => dataset.has(image),
  answersIn: repeatsIn(dataset),
});

/** Annotator → image → what they said when they were asked again. `onProblem` is told of a damaged file, which then counts for nothing. */
export async function readSecondAnswers(
  dataset: DatasetFolder,
  onProblem: OnProblem,
): Promise<ReadonlyMap<string, ReadonlyMap<string, LabelEntry>>> {
  const folder = repeatsIn(dataset);
  const all = new Map<string, ReadonlyMap<string, LabelEntry>>();
  for (const annotator of await annotatorsIn(folder))
    try {
      all.set(annotator, await rawLabels(folder, annotator));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      onProblem(error, `Until then no second answer of ${annotator} counts.`);
    }
  return all;
}

export interface RepeatWish {
  /** How many images each person is asked again, in per cent of the new ones. */
  readonly percent: number;
  /** New images. */
  readonly count: number;
  readonly seed: number;
  readonly round: number;
}

/**
 * Draws for each person some of the images that they gave a class without a prediction before their eyes, and that no earlier round asked
 * them again. Those of the newest round are left out: they would be remembered.
 */
export function drawRepeats(
  rounds: readonly RoundFile[],
  answers: readonly Answer[],
  { percent, count, seed, round }: RepeatWish,
): Repeat[] {
  if (percent <= 0 || count === 0) return [];
  const most = Math.max(1, Math.round((count * percent) / 100));
  const asked = new Map(
    rounds
      .slice(0, -1)
      .flatMap(({ purpose, picks }) => (purpose ? [] : picks.map((pick) => [pick.image, pick] as const))),
  );
  const before = new Set(rounds.flatMap(({ repeats = [] }) => repeats.map((one) => repeatKey(one))));
  return [...new Set(answers.map(({ annotator }) => annotator))].sort().flatMap((annotator): Repeat[] => {
    const candidates = answers.filter(
      (answer) =>
        answer.annotator === annotator &&
        answer.label !== undefined &&
        answer.source === undefined &&
        asked.has(answer.image) &&
        !before.has(repeatKey(answer)),
    );
    const random = Random.stream(seed, `repeats/${round}/${annotator}`);
    const drawn = random.permutation(candidates.length).subarray(0, most);
    return Array.from(drawn, (i) => {
      const { image, score, reason } = asked.get(candidates[i].image)!;
      return { annotator, image, place: random.integer(count + 1), score, reason };
    });
  });
}

const repeatKey = ({ annotator, image }: Pick<Answer, 'annotator' | 'image'>): string =>
  JSON.stringify([annotator, image]);
