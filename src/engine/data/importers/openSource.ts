import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Layout } from '../../../shared/schema/dataset';
import { type KdefName, parseAkdefName, parseKdefName } from '../../../shared/workspace/layouts';
import { inputError } from '../../errors';
import type { Job } from '../../job';
import { findAffectNet, openAffectNet } from './affectNet';
import { findFerCsv, openFer2013, refuseNearlyFer } from './fer2013';
import { openImageFolder } from './imageFolder';
import { openKdef } from './kdef';
import { findRafDb, openRafDb } from './rafDb';
import { type ImageSource, requireFolder, type SourceOptions } from './source';
import { findReading, placeBy } from './splits';
import { type Walked, walkedOnce } from './walk';

/** Opens a folder (or csv file) in the given layout. */
export async function openSource(layout: Layout, path: string, options: SourceOptions, job: Job): Promise<ImageSource> {
  switch (layout) {
    case 'fer2013':
      return openFer2013(path, options, job);
    case 'rafdb':
      return openRafDb(path, options, job);
    case 'kdef':
      return openKdef(path, options, job);
    case 'affectnet':
      return openAffectNet(path, options, job);
    case 'folders':
    case 'sample':
      return { ...(await openImageFolder(path, options, job)), layout };
  }
}

/** Share of the images that must have KDEF names. */
const KDEF_SHARE = 0.8;

/** Tells how the images of a folder (or csv file) are laid out; class folders unless it is clearly something else. */
export async function detectLayout(
  path: string,
  exclude: string,
  job: Job,
  walked = walkedOnce(path, exclude, job),
): Promise<Layout> {
  const info = await stat(path).catch(() => null);
  if (await findFerCsv(path)) return 'fer2013';
  if (info?.isFile()) await refuseNearlyFer(path);
  await requireFolder(path);
  if (await findRafDb(path)) return 'rafdb';
  if ((await findAffectNet(path)).length > 0) return 'affectnet';
  return (await isKdef(path, walked)) ? 'kdef' : 'folders';
}

/** What a folder holds of KDEF. */
interface KdefCount {
  images: number;
  named: number;
  readonly people: Set<string>;
  readonly expressions: Set<string>;
}

/** Whether a folder is KDEF's. One that has KDEF in a folder of its own beside other images is an input error. */
async function isKdef(path: string, walked: Walked): Promise<boolean> {
  const counts = new Map<string, KdefCount>();
  const folders: string[][] = [];
  const averaged = { count: 0, isAll: true };
  for (const { id } of (await walked()).images) {
    if (parseAkdefName(basename(id))) {
      averaged.count++;
      continue;
    }
    averaged.isAll = false;
    const steps = id.split('/').slice(0, -1);
    folders.push(steps);
    const name = parseKdefName(basename(id));
    for (let depth = 0; depth <= steps.length; depth++) count(counts, steps.slice(0, depth).join('/'), name);
  }
  const whole = counts.get('');
  if (averaged.count > 0 && averaged.isAll) return true; // AKDEF without KDEF
  if (!whole) await refuseNearlyFer(path);
  if (!whole || whole.named === 0) return false;
  if (isMostlyKdef(whole)) return !areSorted(counts, folders);
  const [inside] = [...counts].filter(
    ([, one]) => isMostlyKdef(one) && one.people.size > 1 && one.expressions.size > 1,
  );
  if (inside)
    throw inputError(
      `${path} has KDEF in the folder ${inside[0]} and other images beside it; give the path of that folder, or add --layout folders to take them all.`,
    );
  return false;
}

function count(counts: Map<string, KdefCount>, folder: string, name: KdefName | null): void {
  const one = counts.get(folder) ?? { images: 0, named: 0, people: new Set(), expressions: new Set() };
  counts.set(folder, one);
  one.images++;
  if (!name) return;
  one.named++;
  one.people.add(name.person);
  one.expressions.add(name.expression);
}

const isMostlyKdef = ({ images, named }: KdefCount): boolean => named > 0 && named >= KDEF_SHARE * images;

/** Whether somebody has sorted KDEF's images into parts, and in them into folders of one expression each: then those folders tell what is what. */
function areSorted(counts: ReadonlyMap<string, KdefCount>, folders: readonly string[][]): boolean {
  const { reading } = findReading(folders, {});
  if (reading.test.length === 0) return false;
  const classFolders = new Set(
    folders.flatMap((steps) => ((placeBy(reading, steps)?.steps.length ?? 0) > 0 ? [steps.join('/')] : [])),
  );
  return classFolders.size > 1 && [...classFolders].every((folder) => counts.get(folder)!.expressions.size === 1);
}
