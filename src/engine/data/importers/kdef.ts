import { basename } from 'node:path';
import { kdefExpressions, parseKdefName } from '../../../shared/workspace/layouts';
import { inputError } from '../../errors';
import type { Job } from '../../job';
import { Random } from '../../numeric/random';
import { byId } from '../byId';
import { type ImageSource, requireFolder, type SourceItem, type SourceOptions } from './source';
import { findImages } from './walk';

/** Share of the people of each sex whose images make the test split. */
const TEST_SHARE = 0.2;

/**
 * KDEF (Lundqvist, Flykt & Öhman 1998): `AF01/AF01ANS.JPG`. Split by person, so that no face is in both parts: about
 * 20 % of the women and of the men make the test split, chosen by the seed.
 */
export async function openKdef(folder: string, options: SourceOptions, job: Job): Promise<ImageSource> {
  await requireFolder(folder);
  const { images, broken, ignored } = await findImages(folder, options.exclude, job);
  const named = images.map((image) => ({ ...image, name: parseKdefName(basename(image.path)) }));
  const people = new Set(named.flatMap(({ name }) => name?.person ?? []));
  if (people.size === 0)
    throw inputError(`${folder} has no image with a KDEF name such as AF01ANS.JPG; give the KDEF folder.`);
  const test = testPeople(people, options.seed);
  const classes = [...kdefExpressions.values()].sort();
  const items: SourceItem[] = [...broken];
  let angled = 0;
  for (const { id, path, name } of named) {
    if (!name) items.push({ id, problem: 'its name is not a KDEF name such as AF01ANS.JPG' });
    else if (options.frontalOnly && name.angle !== 'S') angled++;
    else {
      const split = test.has(name.person) ? 'test' : 'train';
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
    notes: angled > 0 ? [`${angled} images that do not show the face from the front were left out, as asked.`] : [],
  };
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
