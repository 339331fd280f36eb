import type { Dataset } from '../data/dataset/type';
import { interleaved } from '../data/picture';
import { builtInRecipe } from '../encoders/builtIn';
import { imageSource, unreadable } from '../encoders/imageSource';
import { preparePixels } from '../encoders/preprocess';
import type { EncoderRecipe } from '../encoders/recipe';
import type { Pixels } from '../encoders/resample';
import { UserError } from '../errors';
import { type Encoder, hasBlocks, isCombined, isFrozen, isNetwork } from './encoder';

/** An image as an encoder is fed it: turned upright, scaled and cropped, before bytes become numbers. */
export interface SeenImage {
  /** Names of the encoders that get it so. */
  readonly by: readonly string[];
  /** Whether they look at its mirror image too. */
  readonly mirrored: boolean;
  readonly pixels: Pixels;
}

/** What each part of what rounds look through sees of an image; rows that something else made show nothing. */
export async function seenBy(encoder: Encoder, dataset: Dataset, index: number): Promise<SeenImage[]> {
  const parts = isCombined(encoder) ? encoder.parts : [encoder];
  const seen: SeenImage[] = [];
  for (const part of parts) {
    if (isCombined(part)) {
      seen.push(...(await seenBy(part, dataset, index)));
      continue;
    }
    const one = await seenByOne(part, dataset, index);
    if (one) seen.push(one);
  }
  return together(seen);
}

async function seenByOne(
  part: Exclude<Encoder, { readonly parts: unknown }>,
  dataset: Dataset,
  index: number,
): Promise<SeenImage | null> {
  if (isFrozen(part)) {
    const { recipe, name } = part;
    if (recipe.kind === 'given') return null;
    return { by: [name], mirrored: recipe.mirrored, pixels: await prepared(recipe, dataset, index) };
  }
  if (hasBlocks(part)) {
    const recipe = builtInRecipe(part.base, dataset.file.classes, part.mirrored);
    return { by: [part.name], mirrored: part.mirrored, pixels: await prepared(recipe, dataset, index) };
  }
  const by = isNetwork(part) ? 'pretrained' : part.name;
  return { by: [by], mirrored: part.mirrored === true, pixels: decodedPixels(dataset, index) };
}

async function prepared({ preprocessing, input }: EncoderRecipe, dataset: Dataset, index: number): Promise<Pixels> {
  try {
    return await preparePixels(await imageSource(dataset, index), preprocessing, input);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw unreadable(dataset.sourceFile(index) ?? dataset.images[index].id, error);
  }
}

/** What was decoded at import. */
function decodedPixels({ pixels }: Pick<Dataset, 'pixels'>, index: number): Pixels {
  const { channels, height, width } = pixels;
  const planes = new Uint8Array(channels * height * width);
  pixels.read(index, planes, 0);
  return { height, width, channels: channels as Pixels['channels'], data: interleaved(planes, channels) };
}

/** Those that get the same picture, once. */
function together(seen: readonly SeenImage[]): SeenImage[] {
  const different: SeenImage[] = [];
  for (const one of seen) {
    const same = different.findIndex((other) => isSame(one, other));
    const other = different[same];
    if (other) different[same] = { ...other, by: [...other.by, ...one.by] };
    else different.push(one);
  }
  return different;
}

const isSame = (a: SeenImage, b: SeenImage): boolean =>
  a.mirrored === b.mirrored &&
  a.pixels.width === b.pixels.width &&
  a.pixels.channels === b.pixels.channels &&
  Buffer.compare(a.pixels.data, b.pixels.data) === 0;
