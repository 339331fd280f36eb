import { kindOf } from '../../shared/features';
import type { ImportCommandReport } from '../commands/import';
import { describeViews } from '../commands/useEncoder';
import type { ImportReport } from '../data/dataset/import';
import { few } from '../text/few';
import { plural } from '../text/plural';
import { textTable } from '../text/textTable';

/** The report of an import as a person reads it; without what it has concluded where that was said before. */
export function describeImport(report: ImportCommandReport, isSaid = false): string {
  const { name, root, counts } = report;
  const first = report.alreadyImported
    ? `Dataset ${name} was imported before from the same images; nothing changed.`
    : report.changes
      ? describeChanges(name, report.changes)
      : `Imported ${plural(counts.train.images + counts.test.images, 'image')} of ${root} as dataset ${name}.`;
  const { use, why } = report.features;
  const encoder = `Encoder: ${use}, ${kindOf(use).hint}${why ? `; because ${why}` : ''}.`;
  return [first, ...(isSaid ? [] : concluded(report)), encoder, describeViews(report.mirrored), report.directory].join(
    '\n',
  );
}

/** What an import has concluded of a folder, before anything is written. */
export const describeConclusion = (report: ImportReport): string =>
  [`This is how ${report.root} is read, and nothing is written yet:`, ...concluded(report)].join('\n');

function concluded({ classes, image, counts, broken, duplicates, ignored, notes, layout }: ImportReport): string[] {
  const { train, test } = counts;
  const lines = [
    `${image.width} × ${image.height} pixels, ${image.channels === 1 ? 'grey' : 'RGB'}, layout ${layout}.`,
    textTable(
      ['class', 'train', 'test'],
      [
        ...classes.map((className, c) => [className, String(train.perClass[c]), String(test.perClass[c])]),
        ['(unlabelled)', String(train.unlabelled), String(test.unlabelled)],
        ['all', String(train.images), String(test.images)],
      ],
    ),
  ];
  if (broken.length > 0) lines.push(describeBroken(broken));
  if (ignored.other > 0) lines.push(`${plural(ignored.other, 'file')} of another kind ignored.`);
  return [...lines, ...describeDuplicates(duplicates), ...notes];
}

function describeDuplicates({ copies, leaks, conflicts }: ImportReport['duplicates']): string[] {
  const lines: string[] = [];
  if (copies > 0)
    lines.push(`${plural(copies, 'image')} ${copies === 1 ? 'repeats' : 'repeat'} another one pixel by pixel.`);
  if (leaks.length > 0)
    lines.push(`${plural(leaks.length, 'test image')} also in the training images, so test accuracy is flattered.`);
  if (conflicts.length > 0)
    lines.push(
      `${plural(conflicts.length, 'group')} of equal images with different labels: ${few(conflicts.map(({ ids }) => ids.join(' = ')))}.`,
    );
  return lines;
}

/** Why images were left out, reason by reason, with some of the images of each. */
export function describeBroken(broken: ImportCommandReport['broken']): string {
  const reasons = new Map<string, string[]>();
  for (const { id, problem } of broken) reasons.set(problem, [...(reasons.get(problem) ?? []), id]);
  const listed = [...reasons].sort(([, a], [, b]) => b.length - a.length);
  const described = listed.map(([problem, ids]) =>
    ids.length === 1 ? `${ids[0]} (${problem})` : `${ids.length} because ${problem} (${few(ids)})`,
  );
  return `${plural(broken.length, 'image')} can't be used and ${broken.length === 1 ? 'is' : 'are'} left out: ${few(described, '; ')}.`;
}

/** What a dataset that was there before has taken in. */
function describeChanges(
  name: string,
  { added, changed, missing, whole }: NonNullable<ImportCommandReport['changes']>,
): string {
  const parts = [
    ...(whole ? [`${plural(added.length, 'new image')}`] : ['what is new is not known, for the earlier list is lost']),
    ...(changed.length > 0 ? [`${plural(changed.length, 'image')} with another content (${few(changed)})`] : []),
    ...(missing.length > 0
      ? [
          `${plural(missing.length, 'image')} no longer there (${few(missing)}); their answers are kept and count again when they are back`,
        ]
      : []),
  ];
  return `Dataset ${name} was brought up to date: ${parts.join('; ')}. Ids, rounds and labels are as before.`;
}
