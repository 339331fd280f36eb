import { annotatorsIn, rawLabels } from './rawLabels';
import { readRounds } from './roundFiles';

/** Images that rounds asked for or that anybody answered, whether the dataset still has them or not. */
export async function rememberedImages(directory: string): Promise<ReadonlySet<string>> {
  const rounds = await readRounds({ directory });
  const images = new Set(rounds.flatMap(({ picks }) => picks.map(({ image }) => image)));
  for (const annotator of await annotatorsIn(directory))
    for (const image of (await rawLabels(directory, annotator)).keys()) images.add(image);
  return images;
}
