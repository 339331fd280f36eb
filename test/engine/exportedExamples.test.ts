import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { preprocess } from '../../src/engine/encoders/preprocess';
import type { EncoderInput, Preprocessing } from '../../src/engine/encoders/preprocessing';
import { InferenceSession, Tensor } from '../../src/engine/runtime/onnx/library';
import { readSafetensors } from '../../src/engine/store/safetensors';
import type { LearnerName } from '../../src/shared/learners';
import type { DatasetFile } from '../../src/shared/schema/dataset';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { preprocessorConfig, vitLike, WIDTH } from '../support/encoderModels';
import { outputFolder, projectFolder } from '../support/folders';
import { type PictureOptions, writeFiles } from '../support/pictures';
import { findProgram } from '../support/program';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

type Warmstart = (...args: string[]) => ReturnType<typeof run>;

interface Place {
  readonly warmstart: Warmstart;
  readonly workspace: string;
  readonly directory: string;
  /** Trains on half of the images, and asks for some of the others. */
  train(learner?: LearnerName): Promise<void>;
}

/** Images of all sizes, colours and proportions; one is large enough to be shrunk before it is resampled. */
const shapes: readonly PictureOptions[] = [
  { width: 48, height: 48 },
  { width: 57, height: 40, colour: true },
  { width: 200, height: 330, colour: true },
  { width: 160, height: 160 },
  { width: 700, height: 810, colour: true },
];

/** `labelled`: images of each class, half of those that there are. */
async function place(classes: readonly string[], encoder: string, sizes = shapes, labelled = 4): Promise<Place> {
  const files: Record<string, PictureOptions> = {};
  for (const [c, name] of classes.entries())
    for (let i = 0; i < 2 * labelled; i++)
      files[`faces/train/${name}/${i}.png`] = { ...sizes[i % sizes.length]!, seed: 1 + i + 31 * c };
  return placeOf(files, classes, labelled, ['--channels', '3', '--fit', 'cover', '--encoder', encoder]);
}

async function placeOf(
  files: Readonly<Record<string, Uint8Array | PictureOptions>>,
  classes: readonly string[],
  labelled: number,
  options: readonly string[],
): Promise<Place> {
  const workspace = await temporaryFolder();
  await writeFiles(workspace, files);
  const warmstart: Warmstart = (...args) => run(['--workspace', workspace, '--json', ...args], { cwd: workspace });
  const imported = await warmstart('import', 'faces', '--image-size', '32', ...options);
  expect(imported.stderr).toBe('');
  const labels = classes.flatMap((name) =>
    Array.from({ length: labelled }, (_, i) => `train/${name}/${i}.png,${name}`),
  );
  await writeFile(join(workspace, 'labels.csv'), ['image,label', ...labels].join('\n'));
  return {
    warmstart,
    workspace,
    directory: imported.json<{ directory: string }>().directory,
    async train(learner = 'probe') {
      for (const args of [
        ['label', 'faces', '--from', 'labels.csv'],
        ['train', 'faces', '--learner', learner],
        ['query', 'faces', '--budget', '8', '--strategy', 'random'],
      ])
        expect(await warmstart(...args)).toMatchObject({ code: 0 });
    },
  };
}

interface Suggestion {
  readonly image: string;
  readonly label: string;
  readonly probability: number;
}

async function suggestionsOf({ warmstart }: Place): Promise<readonly Suggestion[]> {
  const { suggestions } = (await warmstart('suggest', 'faces', '--round', '1')).json<{ suggestions: Suggestion[] }>();
  expect(suggestions).toHaveLength(8);
  return suggestions;
}

async function exported({ warmstart }: Place): Promise<string[]> {
  return (await warmstart('export', 'faces', '--what', 'model')).json<{ files: string[] }>().files;
}

/** A program as it stands in the documents. */
async function exampleOf(language: 'js' | 'python', name: string): Promise<string> {
  const text = await readFile(join(projectFolder, 'docs/model.md'), 'utf8');
  const path = join(outputFolder, 'examples', name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(text)![1]!);
  return path;
}

/** A dark shape on nothing, 40 × 60. */
function glyph(seed: number): Promise<Buffer> {
  const [width, height] = [40, 60];
  const data = new Uint8Array(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    data[4 * i] = (seed * 5) % 60;
    data[4 * i + 3] = ((i % width) + seed) % 7 < 3 && i / width > seed ? 255 : 0;
  }
  return sharp(data, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}

/** Grey values of 12 bits, 60 × 40. */
function deep(seed: number): Promise<Buffer> {
  const [width, height] = [60, 40];
  const data = Uint16Array.from({ length: width * height }, (_, i) => ((i % width) * (seed + 3) * 17 + i) % 4096);
  return sharp(data, { raw: { width, height, channels: 1 } })
    .toColourspace('grey16')
    .png()
    .toBuffer();
}

/** Half of the images are transparent ones and half have 12 bits, none of them square. */
async function mixedPlace(encoder: string): Promise<Place> {
  const files: Record<string, Uint8Array> = {};
  for (const [c, name] of ['a', 'b'].entries())
    for (let i = 0; i < 8; i++) files[`faces/train/${name}/${i}.png`] = await (i % 2 ? deep : glyph)(i + 31 * c);
  const there = await placeOf(files, ['a', 'b'], 4, ['--fit', 'pad', '--encoder', encoder]);
  const { decoding } = JSON.parse(await readFile(join(there.directory, 'dataset.json'), 'utf8')) as DatasetFile;
  expect(decoding).toEqual({ fit: 'pad', ground: 'white', levels: { ushort: [0, 4095] } });
  return there;
}

/** What a program prints for the images of suggestions, beside them. */
function compared(program: readonly string[], { workspace }: Place, model: string, suggestions: readonly Suggestion[]) {
  const files = suggestions.map(({ image }) => join(workspace, 'faces', image));
  const printed = execFileSync(program[0]!, [...program.slice(1), model, ...files], { encoding: 'utf8' });
  const lines = printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { image: string; probabilities: Record<string, number> });
  expect(lines.map(({ image }) => image)).toEqual(files);
  return lines.map(({ probabilities }, i) => {
    const [label, probability] = Object.entries(probabilities).sort(([, a], [, b]) => b - a)[0]!;
    return { label, probability, expected: suggestions[i]! };
  });
}

const kinds = [
  ['faces', ['happy', 'sad', 'calm']],
  ['general', ['left', 'right']], // no mirrored view
  ['faces+general', ['a', 'b']],
  ['faces+hog', ['a', 'b']],
  ['hog', ['a', 'b']],
] as const;

const trained: readonly (readonly [string, readonly string[], LearnerName])[] = [
  ...kinds.map(([encoder, classes]) => [encoder, classes, 'probe'] as const),
  ['faces', ['happy', 'sad'], 'finetune'],
  ['general', ['left', 'right'], 'finetune'],
];

/** Trained blocks score maps that are kept in a byte a value. */
const BYTES = 0.02;

describe('the exported model, run by the programs of the documents', () => {
  it.each(trained)(
    'on %s, of %s, by %s: the one for Node says what suggest says',
    async (encoder, classes, learner) => {
      const there = await place(classes, encoder);
      await there.train(learner);
      const [model, ...rest] = await exported(there);
      expect(rest).toEqual([]);
      const program = await exampleOf('js', `${encoder}-${learner}.mjs`);
      const all = compared([process.execPath, program], there, model!, await suggestionsOf(there));
      for (const { label, probability, expected } of all) {
        expect(label).toBe(expected.label);
        expect(Math.abs(probability - expected.probability)).toBeLessThan(learner === 'probe' ? 1e-4 : BYTES);
      }
    },
  );

  it('with probabilities that cross-validation on the labels has calibrated', async () => {
    const there = await place(['a', 'b', 'c'], 'hog', shapes, 8);
    await there.train();
    const [weights] = (await readdir(join(there.directory, 'models'))).filter((name) => name.endsWith('.safetensors'));
    const { metadata } = await readSafetensors(join(there.directory, 'models', weights!));
    expect(Number(metadata.calibration)).not.toBeCloseTo(1, 2);
    const [model] = await exported(there);
    const program = await exampleOf('js', 'calibrated.mjs');
    for (const one of compared([process.execPath, program], there, model!, await suggestionsOf(there)))
      expect(Math.abs(one.probability - one.expected.probability)).toBeLessThan(1e-4);
  });

  it.each(['hog', 'faces'])(
    'on %s, with the bars, the ground and the levels that the import chose',
    async (encoder) => {
      const there = await mixedPlace(encoder);
      await there.train();
      const [model] = await exported(there);
      const program = await exampleOf('js', `decoding-${encoder}.mjs`);
      for (const { label, probability, expected } of compared(
        [process.execPath, program],
        there,
        model!,
        await suggestionsOf(there),
      )) {
        expect(label).toBe(expected.label);
        expect(Math.abs(probability - expected.probability)).toBeLessThan(1e-4);
      }
    },
  );

  it('on the built-in encoder and one of the dataset itself', async () => {
    const there = await place(['a', 'b'], 'faces');
    expect(await there.warmstart('pretrain', 'faces', '--epochs', '1')).toMatchObject({ code: 0 });
    await writeFile(
      join(there.directory, 'features.json'),
      JSON.stringify({ schema: 1, use: 'faces+pretrained', chosenBy: 'person', why: '' }),
    );
    await there.train();
    const [model] = await exported(there);
    expect((await InferenceSession.create(model!)).inputNames).toEqual(['images', 'pixels']);
    const program = await exampleOf('js', 'both.mjs');
    for (const one of compared([process.execPath, program], there, model!, await suggestionsOf(there)))
      expect(Math.abs(one.probability - one.expected.probability)).toBeLessThan(1e-4);
  });

  it('on a built-in encoder whose last blocks went on learning, and on what labels weigh beside it', async () => {
    const there = await place(['happy', 'sad'], 'faces', shapes, 10);
    expect(await there.warmstart('pretrain', 'faces', '--encoder', 'faces', '--epochs', '1')).toMatchObject({
      code: 0,
    });
    await there.train();
    const [model] = await exported(there);
    // HOG's `pixels` are only there where these few labels give it a say
    expect((await InferenceSession.create(model!)).inputNames).toContain('images');
    const program = await exampleOf('js', 'continued.mjs');
    for (const one of compared([process.execPath, program], there, model!, await suggestionsOf(there))) {
      expect(one.label).toBe(one.expected.label);
      expect(Math.abs(one.probability - one.expected.probability)).toBeLessThan(1e-4);
    }
  });

  it('the one for Python says what suggest says, but for how another library shrinks photographs and scales pixels', async ({
    skip,
  }) => {
    const python = findProgram(['python3']);
    if (!python) return skip('There is no python3.');
    try {
      execFileSync(python, ['-c', 'import numpy, onnxruntime, PIL'], { stdio: 'ignore' });
    } catch {
      return skip('python3 has no numpy, onnxruntime or Pillow.');
    }
    const program = await exampleOf('python', 'classify.py');
    const asTheyAre = [{ width: 32, height: 32, colour: true }];
    const places = kinds.map(
      ([encoder, classes]) =>
        () =>
          place(classes, encoder, encoder.includes('hog') ? asTheyAre : shapes),
    );
    for (const make of [...places, () => mixedPlace('faces')]) {
      const there = await make();
      await there.train();
      const [model] = await exported(there);
      const suggestions = await suggestionsOf(there);
      for (const { probability, label, expected } of compared([python, program], there, model!, suggestions)) {
        expect(label).toBe(expected.label);
        expect(Math.abs(probability - expected.probability)).toBeLessThan(0.01);
      }
    }
  });
});

interface OutsideFile {
  encoders: {
    for: string;
    files: { name: string; sha256: string }[];
    input: EncoderInput & { name: string };
    output: { name: string; pool: string; dimensions: number };
    preprocessing: Preprocessing;
  }[];
}

describe('the exported model on an encoder from outside', () => {
  it.each(['external:dino', 'external:dino+hog'])('%s: a folder, fed with what the encoder gives', async (use) => {
    const there = await place(['a', 'b'], 'hog');
    const { workspace, directory, warmstart } = there;
    const bytes = vitLike();
    await writeFiles(workspace, { 'dino/model.onnx': bytes, 'dino/preprocessor_config.json': preprocessorConfig() });
    expect(await warmstart('encoder', 'add', 'faces', 'dino')).toMatchObject({ code: 0 });
    await writeFile(join(directory, 'features.json'), JSON.stringify({ schema: 1, use, chosenBy: 'person', why: '' }));
    await there.train();
    const named = await warmstart('export', 'faces', '--what', 'model', '--out', 'mine.onnx');
    expect(named.json()).toMatchObject({ files: ['mine/head.onnx', 'mine/encoder.json'] });

    const [head, description] = await exported(there);
    expect([head, description]).toEqual(
      ['head.onnx', 'encoder.json'].map((name) => join(directory, 'exports/model', name)),
    );
    const { encoders } = JSON.parse(await readFile(description!, 'utf8')) as OutsideFile;
    const [encoder] = encoders;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(encoder).toMatchObject({
      for: 'features',
      files: [{ name: 'model.onnx', sha256 }],
      output: { pool: 'cls' },
    });

    const { input, output, preprocessing } = encoder!;
    const network = await InferenceSession.create(bytes);
    const session = await InferenceSession.create(head!);
    const suggestions = await suggestionsOf(there);
    const pixels = session.inputNames.includes('pixels') ? await pixelsOf(there, suggestions) : {};
    expect(Object.keys(pixels).length).toBe(use.includes('hog') ? 1 : 0);
    const rows: number[] = [];
    for (const { image } of suggestions) {
      const source = await readFile(join(workspace, 'faces', image));
      const values = await preprocess(source, preprocessing, input);
      const tensor = new Tensor('float32', values, [1, 3, input.height, input.width]);
      const result = await network.run({ [input.name]: tensor });
      rows.push(...(result[output.name]!.data as Float32Array).subarray(0, WIDTH)); // the first token
    }
    const features = new Tensor('float32', rows, [suggestions.length, WIDTH]);
    const { head: logits } = await session.run({ features, ...pixels });
    for (const [i, { label, probability }] of suggestions.entries()) {
      const [a, b] = (logits!.data as Float32Array).subarray(2 * i, 2 * i + 2);
      expect(a! > b! ? 'a' : 'b').toBe(label);
      expect(1 / (1 + Math.exp(-Math.abs(a! - b!)))).toBeCloseTo(probability, 4);
    }
  });
});

/** What HOG looks at, as the dataset holds it. */
async function pixelsOf({ directory, workspace }: Place, suggestions: readonly Suggestion[]) {
  const { normalisation } = JSON.parse(await readFile(join(directory, 'dataset.json'), 'utf8')) as {
    normalisation: { mean: number[]; std: number[] };
  };
  const values: number[] = [];
  for (const { image } of suggestions) {
    const bytes = await sharp(join(workspace, 'faces', image))
      .resize(32, 32, { fit: 'cover' })
      .toColourspace('srgb')
      .raw()
      .toBuffer();
    for (let c = 0; c < 3; c++)
      for (let i = 0; i < 32 * 32; i++)
        values.push((bytes[3 * i + c]! / 255 - normalisation.mean[c]!) / normalisation.std[c]!);
  }
  return { pixels: new Tensor('float32', values, [suggestions.length, 3, 32, 32]) };
}
