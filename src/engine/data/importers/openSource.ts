import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Layout } from '../../../shared/schema/dataset';
import { parseKdefName } from '../../../shared/workspace/layouts';
import type { Job } from '../../job';
import { findFerCsv, openFer2013, refuseNearlyFer } from './fer2013';
import { openImageFolder } from './imageFolder';
import { openKdef } from './kdef';
import { findRafDb, openRafDb } from './rafDb';
import { type ImageSource, requireFolder, type SourceOptions } from './source';
import { walk } from './walk';

/** Opens a folder (or csv file) in the given layout. */
export async function openSource(layout: Layout, path: string, options: SourceOptions, job: Job): Promise<ImageSource> {
  switch (layout) {
    case 'fer2013':
      return openFer2013(path, options, job);
    case 'rafdb':
      return openRafDb(path, options, job);
    case 'kdef':
      return openKdef(path, options, job);
    case 'folders':
    case 'sample':
      return { ...(await openImageFolder(path, options, job)), layout };
  }
}

/** Images looked at to tell whether a folder is KDEF's, and the share of them that must have KDEF names. */
const KDEF_LOOK = 50;
const KDEF_SHARE = 0.8;

/** Tells how the images of a folder (or csv file) are laid out; class folders unless it is clearly something else. */
export async function detectLayout(path: string, exclude: string, job: Job): Promise<Layout> {
  const info = await stat(path).catch(() => null);
  if (await findFerCsv(path)) return 'fer2013';
  if (info?.isFile()) await refuseNearlyFer(path);
  await requireFolder(path);
  if (await findRafDb(path)) return 'rafdb';
  let images = 0;
  let named = 0;
  for await (const found of walk(path, exclude, job)) {
    if (found.kind !== 'image') continue;
    images++;
    if (parseKdefName(basename(found.id))) named++;
    if (images >= KDEF_LOOK) break;
  }
  if (images === 0) await refuseNearlyFer(path);
  return images > 0 && named >= KDEF_SHARE * images ? 'kdef' : 'folders';
}
