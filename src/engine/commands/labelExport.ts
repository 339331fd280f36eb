import { csvText } from '../../shared/csv';
import { REVIEWED } from '../../shared/reviewed';
import type { Answer } from '../../shared/workspace/labels';
import type { Settled } from '../../shared/workspace/settlements';
import type { Dataset } from '../data/dataset/type';
import type { Job } from '../job';
import type { MergedLabels } from '../rounds/labelFiles';
import { cocoOf } from './coco';
import type { FaceColumns } from './faceColumns';

/**
 * Merged labels as csv: image, label, annotators, flag, source, settled, and of faces where they were cut out; what `label --from` reads.
 * Conflicts and skips have no row.
 */
export function labelsCsv(
  dataset: Dataset,
  merged: MergedLabels,
  faces: FaceColumns,
  copies: Copies = new Map(),
): string {
  const answersOf = groupAnswers(merged.answers);
  const { classes } = dataset.file;
  const copied = [...copies].map(([i, of]) => [
    idIn(dataset, i),
    classes[merged.labels.get(of)!],
    '',
    '',
    'copy',
    '',
    ...faces.of(idIn(dataset, i)),
  ]);
  const rows = [...merged.labels].map(([i, c]) => {
    const image = dataset.images[i].id;
    const answers = (answersOf.get(image) ?? []).filter((answer) => answer.label !== undefined);
    const flags = answers.flatMap(({ flag }) => (flag ? [flag] : []));
    return [
      image,
      dataset.file.classes[c],
      answers.map((a) => a.annotator).join(' + '),
      flags.join(' + '),
      merged.reviewed.has(i) ? REVIEWED : 'person',
      settledText(merged.settled.get(image)),
      ...faces.of(image),
    ];
  });
  const all = [...rows, ...copied].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  return csvText([['image', 'label', 'annotators', 'flag', 'source', 'settled', ...faces.names], ...all]);
}

/** Images that an answer counts for because their pixels are those of an answered one: copy → original. */
type Copies = ReadonlyMap<number, number>;

const idIn = ({ images }: Dataset, index: number): string => images[index].id;

/** "majority by dan", "answer of ana by dan"; nothing where people agree. */
const settledText = (settled: Settled | undefined): string =>
  settled ? `${settled.how}${settled.of === undefined ? '' : ` of ${settled.of}`} by ${settled.by}` : '';

/** Everything that was answered: merged labels, every annotator's answer, conflicts and skips. */
export function labelsJson(dataset: Dataset, merged: MergedLabels, copies: Copies = new Map()): unknown {
  const { name, file, images } = dataset;
  return {
    dataset: { name, digest: file.digest, classes: file.classes },
    labels: Object.fromEntries([...merged.labels].map(([i, c]) => [images[i].id, file.classes[c]])),
    ...(copies.size > 0
      ? { copies: Object.fromEntries([...copies].map(([i, of]) => [images[i].id, images[of].id])) }
      : {}),
    conflicts: merged.conflicts,
    settled: Object.fromEntries(merged.settled),
    testSet: [...merged.heldOut].map((i) => images[i].id).sort(),
    skipped: [...merged.skipped].map((i) => images[i].id).sort(),
    answers: merged.answers,
  };
}

export function labelsCoco(dataset: Dataset, { labels }: MergedLabels, copies: Copies, job: Job): Promise<unknown> {
  const all = [...labels, ...[...copies].map(([i, of]) => [i, labels.get(of)!] as const)];
  return cocoOf(
    dataset,
    all.map(([i, c]) => ({ image: idIn(dataset, i), label: dataset.file.classes[c] })),
    job,
  );
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
