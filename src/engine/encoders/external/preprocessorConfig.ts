import * as z from 'zod';
import { type Resample, resamples } from '../../../shared/encoders';
import type { UserError } from '../../errors';
import { faultError, readJson } from '../../store/jsonFile';
import type { Preprocessing, Size } from '../preprocessing';

/*
 * preprocessor_config.json of Hugging Face. What a missing field means, and the order in which fields are applied, is as in
 * transformers.js.
 */

const LARGEST_SIDE = 4096;
const side = z.int('expected a whole number of pixels').min(1).max(LARGEST_SIDE);
const exactSize = z.object({ height: side, width: side });
const shortestEdge = z.object({ shortest_edge: side });
const sizeError = 'expected a number of pixels, {"shortest_edge": …} or {"height": …, "width": …}';
const perChannel = (number: z.ZodNumber) =>
  z.union(
    [number.transform((value) => [value]), z.array(number).refine(({ length }) => length === 1 || length === 3)],
    {
      error: 'expected one or three numbers',
    },
  );
const switched = z.boolean().nullish();

const config = z.object({
  do_convert_rgb: switched,
  do_resize: switched,
  size: z.union([side, shortestEdge, exactSize], { error: sizeError }).nullish(),
  /** PIL's numbers. */
  resample: z.int().min(0).max(5, 'expected 0 to 5').nullish(),
  do_center_crop: switched,
  crop_size: z
    .union([side, exactSize], { error: 'expected a number of pixels or {"height": …, "width": …}' })
    .nullish(),
  /** ConvNeXt's: the share of the shorter side that is kept. */
  crop_pct: z.number().positive().max(1).nullish(),
  do_rescale: switched,
  rescale_factor: z.number().positive('expected a number above 0').nullish(),
  do_normalize: switched,
  image_mean: perChannel(z.number()).nullish(),
  image_std: perChannel(z.number().positive('expected numbers above 0')).nullish(),
  do_pad: switched,
  pad_size: z.union([side, exactSize], { error: 'expected a number of pixels or {"height": …, "width": …}' }).nullish(),
  do_flip_channel_order: switched,
  do_thumbnail: z.literal(false, { error: 'expected false: Warmstart does not know this step' }).nullish(),
  do_crop_margin: z.literal(false, { error: 'expected false: Warmstart does not know this step' }).nullish(),
});
type Config = z.infer<typeof config>;

const ADVICE = 'correct it, or fetch the file again';

/** @throws UserError that names the file and the field where one makes no sense. */
export async function readPreprocessorConfig(path: string): Promise<Preprocessing> {
  const fields = await readJson(path, config, ADVICE);
  const fault = (place: string, expected: string): UserError =>
    faultError(path, { kind: 'damaged', place, expected }, ADVICE);
  const padding = pad(fields, fault);
  return {
    convertRgb: fields.do_convert_rgb ?? true,
    ...resizeAndCrop(fields, fault),
    resample: resampleOf(fields.resample ?? 2),
    rescale: (fields.do_rescale ?? true) ? (fields.rescale_factor ?? 1 / 255) : null,
    normalise: normalise(fields, fault),
    pad: padding,
    flipChannels: fields.do_flip_channel_order ?? false,
  };
}

type FaultAt = (place: string, expected: string) => UserError;

const byNumber: readonly Resample[] = resamples;
const resampleOf = (number: number): Resample => byNumber[number];

const square = (size: number | Size): Size => (typeof size === 'number' ? { height: size, width: size } : size);

function resizeAndCrop(fields: Config, fault: FaultAt): Pick<Preprocessing, 'resize' | 'centreCrop'> {
  const { size, crop_size: cropSize, crop_pct: kept } = fields;
  const resizes = fields.do_resize ?? (size !== undefined && size !== null);
  if (resizes && !size) throw fault('size', sizeError);
  if (fields.do_center_crop && !cropSize) throw fault('crop_size', 'expected a size, as do_center_crop is true');
  const centreCrop = fields.do_center_crop && cropSize ? square(cropSize) : null;
  if (!resizes || !size) return { resize: null, centreCrop };
  if (kept && typeof size === 'object' && 'shortest_edge' in size) return keptMiddle(size.shortest_edge, kept);
  // a bare number is the shorter side where the rest is cropped (CLIP), a square where nothing is (ViT)
  if (typeof size === 'number') return { resize: centreCrop ? { shortestEdge: size } : square(size), centreCrop };
  return { resize: 'shortest_edge' in size ? { shortestEdge: size.shortest_edge } : size, centreCrop };
}

/** From this size on ConvNeXt takes the whole image. */
const WHOLE = 384;

const keptMiddle = (edge: number, kept: number): Pick<Preprocessing, 'resize' | 'centreCrop'> =>
  edge < WHOLE
    ? { resize: { shortestEdge: Math.trunc(edge / kept) }, centreCrop: square(edge) }
    : { resize: square(edge), centreCrop: null };

function normalise(fields: Config, fault: FaultAt): Preprocessing['normalise'] {
  if (!fields.do_normalize) return null;
  const { image_mean: mean, image_std: std } = fields;
  if (!mean) throw fault('image_mean', 'expected one or three numbers, as do_normalize is true');
  if (!std) throw fault('image_std', 'expected one or three numbers, as do_normalize is true');
  return { mean, std };
}

function pad({ do_pad: pads, pad_size: padSize, size }: Config, fault: FaultAt): Size | null {
  if (!pads) return null;
  if (padSize) return square(padSize);
  if (size && typeof size === 'object' && 'height' in size) return size;
  throw fault('pad_size', 'expected a size, as do_pad is true');
}
