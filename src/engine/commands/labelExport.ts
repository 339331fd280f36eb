import { csvText } from '../../shared/csv';
import type { Answer } from '../../shared/workspace/labels';
import type { Dataset } from '../data/dataset/type';
import type { MergedLabels } from '../rounds/labelFiles';

/** Merged labels as csv: image, label, annotators, flag; what `label --from` reads. Conflicts and skips have no row. */
export function labelsCsv(dataset: Dataset, merged: MergedLabels): string {
  const answersOf = groupAnswers(merged.answers);
  const rows = [...merged.labels].map(([i, c]) => {
    const image = dataset.images[i].id;
    const answers = (answersOf.get(image) ?? []).filter((answer) => answer.label !== undefined);
    const flags = answers.flatMap(({ flag }) => (flag ? [flag] : []));
    return [image, dataset.file.classes[c], answers.map((a) => a.annotator).join(' + '), flags.join(' + ')];
  });
  return csvText([['image', 'label', 'annotators', 'flag'], ...rows.sort(byImage)]);
}

const byImage = ([a]: readonly string[], [b]: readonly string[]) => (a < b ? -1 : 1);

/** Everything that was answered: merged labels, every annotator's answer, conflicts and skips. */
export function labelsJson(dataset: Dataset, merged: MergedLabels): unknown {
  const { name, file, images } = dataset;
  return {
    dataset: { name, digest: file.digest, classes: file.classes },
    labels: Object.fromEntries([...merged.labels].map(([i, c]) => [images[i].id, file.classes[c]])),
    conflicts: merged.conflicts,
    skipped: [...merged.skipped].map((i) => images[i].id).sort(),
    answers: merged.answers,
  };
}

/**
 * COCO's annotation format. A label belongs to the whole image, so its box is the image: [0, 0, width, height] in pixels
 * as Warmstart decodes it.
 */
export function labelsCoco(dataset: Dataset, merged: MergedLabels): unknown {
  const { name, file, images } = dataset;
  const { width, height } = file.image;
  const labelled = [...merged.labels];
  return {
    info: { description: name },
    images: labelled.map(([i], n) => ({ id: n + 1, file_name: images[i].id, width, height })),
    categories: file.classes.map((className, c) => ({ id: c + 1, name: className })),
    annotations: labelled.map(([, c], n) => ({
      id: n + 1,
      image_id: n + 1,
      category_id: c + 1,
      bbox: [0, 0, width, height],
      area: width * height,
      iscrowd: 0,
    })),
  };
}

function groupAnswers(answers: readonly Answer[]): Map<string, Answer[]> {
  const groups = new Map<string, Answer[]>();
  for (const answer of answers) {
    const group = groups.get(answer.image);
    if (group) group.push(answer);
    else groups.set(answer.image, [answer]);
  }
  return groups;
}
