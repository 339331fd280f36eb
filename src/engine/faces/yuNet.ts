import { stat } from 'node:fs/promises';
import { sha256Of } from '../encoders/external/files';
import { imageInput, readModel } from '../encoders/external/input';
import type { Pixels } from '../encoders/resample';
import { inputError } from '../errors';
import { guarded } from '../runtime/guarded';
import { Tensor } from '../runtime/onnx/library';
import { cpuProvider } from '../runtime/onnx/provider';
import { type Detection, middleOf, type Point } from './geometry';
import type { FaceNetwork } from './network';

/** Pixels between two places of each grid. */
const strides = [8, 16, 32] as const;
/** What YuNet gives of each grid: [1 × places × numbers]. */
const kinds = ['cls', 'obj', 'bbox', 'kps'] as const;
const OUTPUTS = strides.flatMap((stride) => kinds.map((kind) => `${kind}_${stride}`));

/** Where a file takes any size. */
const SIDE = 640;
const STEP = 32;

type Grid = Readonly<Record<(typeof kinds)[number], Float32Array>>;

/** YuNet (Wu, Peng & Yu 2023) as OpenCV's zoo has it since March 2023: an ONNX file of one's own, B, G, R from 0 to 255. */
export async function openYuNet(path: string, threads: number): Promise<FaceNetwork> {
  const input = await yuNetInput(path);
  const digest = await sha256Of(path);
  const session = await guarded(() => cpuProvider(threads).open(path));
  return {
    digest,
    takes: input.side === null ? { step: STEP } : { side: input.side },
    side: input.side ?? SIDE,
    threshold: 0.9, // OpenCV's own
    async detect(image, least) {
      const { width, height } = image;
      const images = new Tensor('float32', planes(image), [1, 3, height, width]);
      const results = await guarded(() => session.run({ [input.name]: images }, OUTPUTS));
      return strides.flatMap((stride) => {
        const grid = Object.fromEntries(
          kinds.map((kind) => [kind, results[`${kind}_${stride}`]!.data as Float32Array]),
        );
        return decoded(grid as unknown as Grid, stride, Math.ceil(width / stride), least);
      });
    },
    dispose: () => session.release(),
  };
}

async function yuNetInput(path: string): Promise<{ readonly name: string; readonly side: number | null }> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw inputError(
      `There is no file ${path} that can be read (${error.code}); check the path of the face detector.`,
      error,
    );
  });
  if (!info.isFile()) throw inputError(`${path} is a folder; give the ONNX file of the face detector.`);
  const outline = await readModel(path);
  const { name, type, layout, channels, height, width } = imageInput(path, outline);
  const given = new Set(outline.outputs.map((output) => output.name));
  const missing = OUTPUTS.filter((output) => !given.has(output));
  if (missing.length > 0)
    throw inputError(
      `${path} is no YuNet of 2023: it has no output ${missing[0]}; fetch face_detection_yunet_2023mar.onnx of OpenCV's zoo, or leave --face-detector out.`,
    );
  const isOne = layout === 'nchw' && channels === 3 && type === 'float32' && height === width;
  if (!isOne || (height !== null && height % STEP !== 0))
    throw inputError(
      `${path} takes images of another kind than YuNet does (three channels, real numbers of 32 bits, any size or a square of a multiple of ${STEP} pixels); export it so.`,
    );
  return { name, side: height };
}

function planes({ width, height, data }: Pixels): Float32Array {
  const area = width * height;
  const values = new Float32Array(3 * area);
  for (let i = 0, from = 0; i < area; i++)
    for (let channel = 2; channel >= 0; channel--) values[channel * area + i] = data[from++]!;
  return values;
}

/** Centre and points in strides from the place's corner, sizes as logarithms of strides; sure is what both kinds of score say. */
function decoded({ cls, obj, bbox, kps }: Grid, stride: number, columns: number, least: number): Detection[] {
  const found: Detection[] = [];
  for (let place = 0; place < cls.length; place++) {
    const score = Math.sqrt(share(cls[place]!) * share(obj[place]!));
    if (score <= least) continue;
    const [column, row] = [place % columns, Math.floor(place / columns)];
    const at = (values: Float32Array, i: number): Point => ({
      x: (values[i]! + column) * stride,
      y: (values[i + 1]! + row) * stride,
    });
    const centre = at(bbox, 4 * place);
    const [width, height] = [2, 3].map((i) => Math.exp(bbox[4 * place + i]!) * stride) as [number, number];
    const point = (i: number) => at(kps, 10 * place + 2 * i);
    found.push({
      score,
      box: { left: centre.x - width / 2, top: centre.y - height / 2, width, height },
      leftEye: point(0),
      rightEye: point(1),
      mouth: middleOf(point(3), point(4)),
    });
  }
  return found;
}

const share = (value: number): number => Math.min(Math.max(value, 0), 1);
