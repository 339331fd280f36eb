import type { WholeLook } from '../commands/lookAtImages';
import { plural } from '../text/plural';
import { textTable } from '../text/textTable';
import { describeBroken } from './describeImport';

/** What `import --look` tells of a folder. */
export function describeLook({ form, opened, ...look }: WholeLook): string {
  const { copies, leaks, conflicts } = opened;
  return [
    `This is how ${look.root} would be read; nothing is imported.`,
    describeClasses(look),
    ...(look.parts
      ? [`What its folders are is not clear: ${look.parts.why}; import with --train, --test or --no-splits.`]
      : []),
    ...(look.mayBePhotos
      ? ['Many files are as large as photos; where faces are to be labelled, import with --faces.']
      : []),
    `${form.width} × ${form.height} pixels, ${form.channels === 1 ? 'grey' : 'RGB'}.`,
    ...(opened.broken.length > 0 ? [describeBroken(opened.broken)] : []),
    ...(look.ignored.other > 0 ? [`${plural(look.ignored.other, 'file')} of another kind ignored.`] : []),
    ...(copies > 0
      ? [`${plural(copies, 'image')} ${copies === 1 ? 'repeats' : 'repeat'} another one pixel by pixel.`]
      : []),
    ...(leaks > 0 ? [`${plural(leaks, 'test image')} also in the training images.`] : []),
    ...(conflicts > 0 ? [`${plural(conflicts, 'group')} of equal images with different labels.`] : []),
    ...look.notes,
    ...opened.notes,
  ].join('\n');
}

function describeClasses({ layout, images, areFixed, ...look }: Omit<WholeLook, 'form' | 'opened'>): string {
  if (areFixed) return `${plural(images, 'image')} in the layout ${layout}, which has classes of its own.`;
  const { classes, unlabelled } = look;
  const found = `${plural(images, 'image')} in ${plural(classes.length, 'sub-folder')}.`;
  if (classes.length === 0) return `${found} Classes are decided later, or named with --classes.`;
  const outside = unlabelled.train + unlabelled.test > 0 ? [{ name: '(in none of them)', ...unlabelled }] : [];
  const table = textTable(
    ['sub-folder', 'train', 'test'],
    [...classes, ...outside].map(({ name, train, test }) => [name, String(train), String(test)]),
  );
  return [found, table, takenFor(look)].join('\n');
}

function takenFor({ doubt, numbered, classes }: Pick<WholeLook, 'doubt' | 'numbered' | 'classes'>): string {
  if (doubt)
    return `They may not be classes: ${doubt}. Import with --class-folders if they are, else with --classes or --no-classes.`;
  if (numbered)
    return `They have the numbers of ${numbered.dataset}: ${classes.map(({ name }, i) => `${name} ${numbered.names[i]}`).join(', ')}; --class-folders keeps the numbers.`;
  return 'They look like classes, and would be taken for them; --classes or --no-classes says otherwise.';
}
