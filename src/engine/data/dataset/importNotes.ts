import type { Decoding } from '../../../shared/schema/dataset';
import type { Split } from '../../../shared/workspace/layouts';
import { few } from '../../text/few';
import { plural } from '../../text/plural';
import type { ReadImages } from '../buildImages';
import type { Duplicates } from '../duplicates';
import type { Form } from '../imageShape';

/** Share of all images from which on others with the same pixels are too many to be copies. */
const MANY_EQUAL = 0.05;

/** What people should know of how files became pixels: what was decided for them, and what may have been lost. */
export function pixelNotes(
  { shape, decoding, hidden, paged }: Form,
  { entries, blank, faint }: ReadImages,
  { groups }: Duplicates,
): string[] {
  const notes = decodingNotes(decoding);
  if (paged.images > 0)
    notes.push(
      `Of ${paged.images === paged.of ? '' : `${paged.images} of `}${plural(paged.of, 'image')} looked at, which have several pages or frames, the first alone is seen; save the others as files of their own where they are meant.`,
    );
  const form = shape.width === shape.height ? 'a square' : `${shape.width} × ${shape.height}`;
  if (hidden.mean >= 0.02)
    notes.push(
      `Cropping to ${form} hides ${Math.round(100 * hidden.mean)} % of an image on average and up to ${Math.round(100 * hidden.most)} %; under another --name, --fit pad shows images as a whole.`,
    );
  if (blank.length > 0)
    notes.push(
      `${plural(blank.length, 'image')} ${blank.length === 1 ? 'is' : 'are'} of one shade alone, so that nothing can be seen: ${few(blank)}.`,
    );
  if (faint.length > 0)
    notes.push(
      `${plural(faint.length, 'image')} ${faint.length === 1 ? 'uses' : 'use'} fewer than 16 of 256 shades and can hardly be seen: ${few(faint)}.`,
    );
  const alike = groups.filter(({ sameFile }) => !sameFile).flatMap(({ ids }) => ids);
  if (alike.length > 2 && alike.length >= MANY_EQUAL * entries.length)
    notes.push(
      `${plural(alike.length, 'image')} of different files have the same pixels as another at ${shape.width} × ${shape.height} (${few(alike)}); where they differ, import under another --name with a larger --image-size or --fit pad.`,
    );
  return notes;
}

/** Classes that can be tested and not learned. */
export function testOnlyNote(
  classes: readonly string[],
  { train, test }: Readonly<Record<Split, { readonly unlabelled: number; readonly perClass: readonly number[] }>>,
): string[] {
  const isOpen = train.unlabelled > 0 || train.perClass.every((count) => count === 0);
  const names = isOpen ? [] : classes.filter((_, c) => train.perClass[c] === 0 && test.perClass[c]! > 0);
  if (names.length === 0) return [];
  return [
    `${few(names)} ${names.length === 1 ? 'has' : 'have'} images to test on alone, so that nothing can be learned of ${names.length === 1 ? 'it' : 'them'}.`,
  ];
}

function decodingNotes({ fit, ground, levels = {} }: Decoding): string[] {
  const notes: string[] = [];
  if (fit)
    notes.push(
      `Images of another form are shown as a whole, with bars ${fit === 'pad' ? 'that continue their edges' : 'around them'}; under another --name, --fit cover crops them.`,
    );
  if (ground) notes.push(`Where images are transparent, ${ground} shows through (--ground says otherwise).`);
  for (const [depth, [black, white]] of Object.entries(levels))
    notes.push(
      `Images of ${numbers[depth] ?? depth} are shown from ${short(black)} as black to ${short(white)} as white.`,
    );
  return notes;
}

/** Kinds of numbers by libvips' names. */
const numbers: Readonly<Record<string, string>> = {
  char: '8 bits with a sign',
  ushort: '16 bits',
  short: '16 bits with a sign',
  uint: '32 bits',
  int: '32 bits with a sign',
  float: 'floating-point numbers',
  double: 'floating-point numbers',
};

const short = (value: number): string => (Number.isInteger(value) ? String(value) : value.toPrecision(4));
