import { basename } from 'node:path';
import type { Reading } from '../../../shared/schema/dataset';
import { kdefExpressions, parseAkdefName, parseKdefName } from '../../../shared/workspace/layouts';
import { inputError } from '../../errors';
import type { Job } from '../../job';
import { Random } from '../../numeric/random';
import { plural } from '../../text/plural';
import { byId } from '../byId';
import { type ImageSource, requireFolder, type SourceItem, type SourceOptions } from './source';
import { findReading, noSplits, partFoldersIn, placeBy } from './splits';
import { walkedOnce } from './walk';

/** Share of the people of each sex whose images make the test split. */
const TEST_SHARE = 0.2;

/**
 * KDEF (Lundqvist, Flykt & Öhman 1998): `AF01/AF01ANS.JPG`. Split by person, so that no face is in both parts: about
 * 20 % of the women and of the men make the test split, chosen by the seed.
 */
export async function openKdef(folder: string, options: SourceOptions, job: Job): Promise<ImageSource> {
  await requireFolder(folder);
  const { images, broken, ignored } = await (options.walked ?? walkedOnce(folder, options.exclude, job))();
  const kdef = images.map((image) => ({ ...image, name: parseKdefName(basename(image.path)) }));
  const isAkdef = kdef.every(({ name }) => name === null);
  const named = isAkdef ? images.map((image) => ({ ...image, name: parseAkdefName(basename(image.path)) })) : kdef;
  const people = new Set(named.flatMap(({ name }) => name?.person ?? []));
  if (people.size === 0)
    throw inputError(`${folder} has no image with a KDEF name such as AF01ANS.JPG; give the KDEF folder.`);
  const reading = ownParts(images, options);
  const test = testPeople(people, options.seed);
  const classes = [...kdefExpressions.values()].sort();
  const items: SourceItem[] = [...broken];
  const left = { angled: 0, averaged: 0, outside: 0 };
  for (const { id, path, name } of named) {
    const place = reading && placeBy(reading, foldersOf(id));
    if (!name && parseAkdefName(basename(path))) left.averaged++;
    else if (!name) items.push({ id, problem: 'its name is not a KDEF name such as AF01ANS.JPG' });
    else if (options.frontalOnly && name.angle !== 'S') left.angled++;
    else if (reading && !place) left.outside++;
    else {
      const split = place?.split ?? (test.has(name.person) ? 'test' : 'train');
      items.push({ id, split, label: classes.indexOf(name.expression), content: path });
    }
  }
  return {
    layout: 'kdef',
    root: folder,
    classes,
    total: items.length,
    shape: { height: 112, width: 112 },
    items: () => items.sort(byId),
    ignored,
    notes: [...(isAkdef ? [AKDEF_NOTE] : []), ...notesOn(left, reading, options)],
    partFolders: partFoldersIn(
      images.map(({ id }) => foldersOf(id)),
      reading ?? noSplits,
    ),
    ...(reading ? { reading } : {}),
  };
}

const AKDEF_NOTE =
  "These are AKDEF's averaged faces, a woman and a man, so that none are left to test on; the people are in the folder KDEF.";

const foldersOf = (id: string): string[] => id.split('/').slice(0, -1);

/** The parts that folders tell, where they tell both; a person's own split is never made anew. */
function ownParts(images: readonly { readonly id: string }[], options: SourceOptions): Reading | null {
  if (options.reading !== undefined) return options.reading;
  const { reading } = findReading(
    images.map(({ id }) => foldersOf(id)),
    options,
  );
  return reading.test.length > 0 && !reading.below && (reading.train.length > 0 || reading.rest === 'train')
    ? reading
    : null;
}

function notesOn(
  { angled, averaged, outside }: Readonly<Record<'angled' | 'averaged' | 'outside', number>>,
  reading: Reading | null,
  { reading: known }: SourceOptions,
): string[] {
  const notes: string[] = [];
  if (angled > 0) notes.push(`${angled} images that do not show the face from the front were left out, as asked.`);
  if (averaged > 0)
    notes.push(`${plural(averaged, 'averaged face')} (AKDEF) ${averaged === 1 ? 'was' : 'were'} left out.`);
  if (outside > 0)
    notes.push(
      `${plural(outside, 'image')} outside the train and test folders ${outside === 1 ? 'was' : 'were'} left out.`,
    );
  if (reading && known === undefined)
    notes.push(
      `Tested on is what lies in ${reading.test.join(', ')}, as the folders say; with --no-splits people would be drawn for it.`,
    );
  return notes;
}

/** Every sex with at least two people is represented in both parts. */
function testPeople(people: ReadonlySet<string>, seed: number): Set<string> {
  const random = Random.stream(seed, 'split');
  return new Set(
    ['F', 'M'].flatMap((sex) => {
      const group = random.shuffle([...people].filter((person) => person.startsWith(sex)).sort());
      return group.slice(0, group.length < 2 ? 0 : Math.max(1, Math.round(group.length * TEST_SHARE)));
    }),
  );
}
