import { readdir, readFile } from 'node:fs/promises';
import { annotatorsOf } from '../../shared/workspace/labels';
import { placeIn, places } from '../../shared/workspace/paths';
import { parseLabelFile } from '../../shared/workspace/problems';
import { checkedValue } from '../store/jsonFile';
import { readRounds } from './roundFiles';

/** Images that rounds asked for or that anybody answered, whether the dataset still has them or not. */
export async function rememberedImages(directory: string): Promise<ReadonlySet<string>> {
  const rounds = await readRounds({ directory });
  const images = new Set(rounds.flatMap(({ picks }) => picks.map(({ image }) => image)));
  for (const annotator of annotatorsOf(await readdir(placeIn(directory, places.labels)).catch(() => []))) {
    const path = placeIn(directory, places.labelsOf(annotator));
    for (const image of checkedValue(path, parseLabelFile(await readFile(path, 'utf8'))).keys()) images.add(image);
  }
  return images;
}
