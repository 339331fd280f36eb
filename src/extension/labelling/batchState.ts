import type { LabellingState } from '../../shared/protocol/labelling';
import { readableStrategy } from '../../shared/strategyName';
import type { BatchPictures } from './batchPictures';
import type { Truth } from './truth';

type BatchState = Pick<
  LabellingState,
  'strategy' | 'classes' | 'images' | 'answers' | 'others' | 'labelled' | 'pool' | 'paused' | 'notices'
>;

/** What the page shows of the files. `uriOf`: address under which it may load one. */
export function batchState(truth: Truth, pictures: BatchPictures, uriOf: (path: string) => string): BatchState {
  const { dataset, round, own, shown } = truth;
  const answers = shown.flatMap(({ image }) => {
    const entry = own.get(image);
    return entry ? [[image, entry] as const] : [];
  });
  return {
    strategy: readableStrategy(round?.strategy ?? ''),
    classes: dataset?.classes ?? [],
    images: shown.map(({ image, score, reason, everybody = false }) => {
      const path = pictures.pathOf(image);
      return { id: image, uri: path === null ? null : uriOf(path), score, reason, everybody };
    }),
    answers: Object.fromEntries(answers),
    others: Object.fromEntries(truth.answersOfOthers),
    labelled: truth.labelled,
    pool: dataset?.split.train ?? 0,
    paused: truth.paused,
    notices: truth.notices,
  };
}
