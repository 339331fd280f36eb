import { type AgreementReport, agreementReport } from '../../shared/agreementReport';
import { inputError } from '../errors';
import type { Job } from '../job';
import { readAnswers, telling } from '../rounds/labelFiles';
import { readSecondAnswers } from '../rounds/repeats';
import { percent } from '../text/percent';
import { plural } from '../text/plural';
import { textTable } from '../text/textTable';
import { type DatasetOptions, withDataset } from './withDataset';

/** How far people agree on the images that several of them labelled. It reads labels and changes none. */
export async function agreement(options: DatasetOptions, job: Job): Promise<AgreementReport> {
  return withDataset(options, job, async (dataset) => {
    const { answers, merged } = await readAnswers(dataset, telling(job));
    const report = agreementReport(
      dataset.file.classes,
      answers,
      merged,
      await readSecondAnswers(dataset, telling(job)),
    );
    if (report.annotators.length > 0) return report;
    throw inputError(`Dataset ${dataset.name} has no labels yet; label a batch first.`);
  });
}

export function describeAgreement(report: AgreementReport): string {
  const alike = report.alike.map(
    ([one, other]) =>
      `The annotators ${one} and ${other} differ only in upper and lower case, which other systems take for the same; rename one of their label files.`,
  );
  return [countsTable(report), ...alike, ...pairLines(report), ...consistencyLines(report)].join('\n');
}

function countsTable({ annotators }: AgreementReport): string {
  const classes = Object.keys(annotators[0]!.perClass);
  const counts = annotators.map(({ name, perClass }) => [
    name,
    ...classes.map((label) => String(perClass[label])),
    String(Object.values(perClass).reduce((total, n) => total + n, 0)),
  ]);
  return textTable(['labels by', ...classes, 'all'], counts);
}

function pairLines({ pairs, shared, disputed, settled, alpha }: AgreementReport): string[] {
  const common = pairs.filter(({ both }) => both > 0);
  if (common.length === 0) return ['No image was labelled by two people: agreement is not known.'];
  const rows = common.map(({ annotators: [one, other], both, agreed, kappa }) => [
    one,
    other,
    String(both),
    percent(agreed!),
    kappa === null ? '–' : kappa.toFixed(2),
  ]);
  return [
    textTable(['', 'and', 'images of both', 'agree', "Cohen's κ"], rows),
    `Krippendorff's α ${alpha === null ? 'is not defined: everybody says one class' : alpha.toFixed(2)}, over ${plural(shared, 'image')} that several labelled; they differ on ${disputed + settled}${settled > 0 ? `, of which ${settled} are settled` : ''}.`,
  ];
}

function consistencyLines({ consistency }: AgreementReport): string[] {
  if (consistency.length === 0) return [];
  const rows = consistency.map(({ annotator, both, agreed, kappa }) => [
    annotator,
    String(both),
    percent(agreed!),
    kappa === null ? '–' : kappa.toFixed(2),
  ]);
  return [textTable(['the same person twice', 'images', 'agree', "Cohen's κ"], rows)];
}
