import { mkdir, readdir, readFile, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { addEncoder, type EncoderAdded, type EncoderAddOptions, listEncoders } from '../../src/engine/commands/encoder';
import { importDataset } from '../../src/engine/data/dataset/import';
import { externalRecipe } from '../../src/engine/encoders/external/register';
import { openExternal } from '../../src/engine/encoders/external/session';
import { preprocess } from '../../src/engine/encoders/preprocess';
import { silentJob } from '../../src/engine/job';
import { cpuProvider } from '../../src/engine/runtime/onnx/provider';
import { cli, ensureBuilt } from '../support/built';
import { run, startProgram } from '../support/commandLine';
import {
  channelsLast,
  EMBEDDING,
  edited,
  endlessLoop,
  imageNet,
  notANumber,
  preprocessorConfig,
  tooMuchMemory,
  vitLike,
  WIDTH,
  withDomain,
  withInputs,
  writeWithData,
} from '../support/encoderModels';
import { testEngine } from '../support/forkedEngine';
import { greyValues, picture, writeImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

type Wish = Omit<EncoderAddOptions, 'workspace' | 'dataset' | 'path'>;

interface Place {
  readonly workspace: string;
  /** The dataset's folder. */
  readonly directory: string;
  /** Writes a file below the workspace; returns its path. */
  write(path: string, content: string | Uint8Array): Promise<string>;
  add(path: string, wish?: Wish & { readonly patience?: number; readonly program?: string }): Promise<EncoderAdded>;
  /** The sentence of an `add` that fails; fails where anything was stored. */
  refused(path: string, wish?: Parameters<Place['add']>[1]): Promise<string>;
}

async function place(): Promise<Place> {
  const workspace = await temporaryFolder();
  const directory = join(workspace, 'warmstart/faces');
  await writeImages(join(workspace, 'faces'), { classes: ['angry', 'happy'], train: 3, test: 2 });
  await importDataset({ workspace, folder: join(workspace, 'faces'), layout: 'auto' }, silentJob);
  const add: Place['add'] = (path, { patience = 60_000, program = cli, ...wish } = {}) =>
    addEncoder({ ...wish, workspace, dataset: 'faces', path }, silentJob, { patience, program });
  return {
    workspace,
    directory,
    add,
    async write(path, content) {
      const file = join(workspace, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
      return file;
    },
    async refused(path, wish) {
      const error: unknown = await add(path, wish).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: 'UserError' });
      expect(await readdir(join(directory, 'models/encoders')).catch(() => [])).toEqual([]);
      const { message } = error as Error;
      expect(message).toMatch(/^[^\n]+\.$/); // one sentence
      return message;
    },
  };
}

describe('a folder of transformers.js', () => {
  it('like DINOv2: last_hidden_state, the first token', async () => {
    const { workspace, directory, write, add } = await place();
    await write('dino/onnx/model.onnx', vitLike());
    await write('dino/onnx/model_quantized.onnx', 'not looked at');
    await write('dino/preprocessor_config.json', preprocessorConfig());
    const { name, encoder, preprocessor } = await add(join(workspace, 'dino'), { trainedOn: 'nothing' });
    expect(name).toBe('dino');
    expect(preprocessor).toBe(join(workspace, 'dino/preprocessor_config.json'));
    expect(encoder).toMatchObject({
      files: [{ path: '../../dino/onnx/model.onnx' }],
      input: { name: 'pixel_values', type: 'float32', layout: 'nchw', channels: 3, height: 32, width: 32 },
      output: { name: 'last_hidden_state', shape: [1, 17, WIDTH], pool: 'cls', dimensions: WIDTH },
      preprocessing: { resize: { shortestEdge: 36 }, resample: 'bicubic', normalise: imageNet },
      batch: 8,
      trainedOn: 'nothing',
    });
    expect(encoder).not.toHaveProperty('single');
    const recipe = await externalRecipe(directory, 'dino');
    expect(recipe).toMatchObject({ file: join(workspace, 'dino/onnx/model.onnx'), dimensions: WIDTH });
    const model = await openExternal(recipe, cpuProvider(1));
    const images = await Promise.all(
      [1, 2].map(async (seed) => preprocess(await picture('a.png', { seed }), recipe.preprocessing, recipe.input)),
    );
    const both = await model.rows(Float32Array.from([...images[0], ...images[1]]), 2);
    const alone = await model.rows(images[1], 1);
    await model.release();
    expect(both.length).toBe(2 * WIDTH);
    expect([...both.subarray(WIDTH)]).toEqual([...alone].map((v) => expect.closeTo(v, 5)));
    expect([...both.subarray(0, WIDTH)]).not.toEqual([...alone].map((v) => expect.closeTo(v, 3)));
  });

  it.each([
    ['cls', WIDTH],
    ['mean', WIDTH],
    ['clsMean', 2 * WIDTH],
  ] as const)('pooled by %s', async (pool, dimensions) => {
    const { workspace, write, add } = await place();
    await write('dino/model.onnx', vitLike());
    const { encoder } = await add(join(workspace, 'dino'), { pool, size: 32 });
    expect(encoder.output).toMatchObject({ pool, dimensions });
  });

  it('like CLIP: the tower for images, image_embeds', async () => {
    const { workspace, write, add } = await place();
    await write('clip/onnx/vision_model.onnx', vitLike({ embeds: true, input: ['batch', 32, 32] }));
    await write('clip/onnx/model.onnx', 'text and images');
    await write('clip/onnx/text_model.onnx', 'text');
    const { encoder, outputs } = await add(join(workspace, 'clip'));
    expect(encoder.output).toMatchObject({ name: 'image_embeds', pool: 'none', dimensions: EMBEDDING });
    expect(outputs).toEqual(['last_hidden_state', 'pooler_output', 'image_embeds']);
    const other = await add(join(workspace, 'clip'), { output: 'pooler_output', name: 'pooled' });
    expect(other.encoder.output).toMatchObject({ name: 'pooler_output', dimensions: WIDTH });
  });

  it('prefers exact weights, then half precision', async () => {
    const { workspace, write, add } = await place();
    await write('vit/onnx/model_quantized.onnx', vitLike({ quantised: true }));
    await write('vit/onnx/model_fp16.onnx', vitLike({ half: true }));
    const { encoder } = await add(join(workspace, 'vit'), { size: 32 });
    expect(encoder.files[0].path).toBe('../../vit/onnx/model_fp16.onnx');
    expect(encoder).toMatchObject({ input: { type: 'float16' }, batch: 8 });
  });
});

describe('half precision', () => {
  it('gives what float32 gives, nearly', async () => {
    const { directory, write, add } = await place();
    const rows = await Promise.all(
      [false, true].map(async (half) => {
        const name = half ? 'half' : 'full';
        await add(await write(`${name}.onnx`, vitLike({ half })), { size: 32 });
        const recipe = await externalRecipe(directory, name);
        const model = await openExternal(recipe, cpuProvider(1));
        const image = await preprocess(await picture('a.png'), recipe.preprocessing, recipe.input);
        const row = await model.rows(image, 1);
        await model.release();
        return row;
      }),
    );
    const apart = rows[0].map((value, i) => Math.abs(value - rows[1][i]));
    expect(Math.max(...apart)).toBeLessThan(2e-3);
    expect(Math.max(...apart)).toBeGreaterThan(0); // it was rounded
  });
});

describe('a model in the cache of Hugging Face', () => {
  it('of links to blobs, weights in a file of their own among them', async () => {
    const { workspace, directory, write, add } = await place();
    const root = join(workspace, 'hub/models--org--tiny-vit');
    const snapshot = join(root, 'snapshots/0123abc');
    await mkdir(join(root, 'blobs'), { recursive: true });
    await mkdir(join(snapshot, 'onnx'), { recursive: true });
    await writeWithData(join(root, 'blobs/aaa'), join(root, 'blobs/bbb'), 'model.onnx_data');
    await write('hub/models--org--tiny-vit/blobs/ccc', preprocessorConfig());
    await write('hub/models--org--tiny-vit/refs/main', '0123abc');
    await symlink('../../../blobs/aaa', join(snapshot, 'onnx/model.onnx'));
    await symlink('../../../blobs/bbb', join(snapshot, 'onnx/model.onnx_data'));
    await symlink('../../blobs/ccc', join(snapshot, 'preprocessor_config.json'));
    for (const path of [root, snapshot]) {
      const { name, encoder } = await add(path);
      expect(name).toBe('tiny-vit');
      expect(encoder.files).toHaveLength(2);
      expect(encoder.output.dimensions).toBe(WIDTH);
    }
    const recipe = await externalRecipe(directory, 'tiny-vit');
    const model = await openExternal(recipe, cpuProvider(1));
    const image = await preprocess(await picture('a.png'), recipe.preprocessing, recipe.input);
    expect((await model.rows(image, 1)).some((value) => value !== 0)).toBe(true);
    await model.release();
  });

  it('with several snapshots asks for one', async () => {
    const { workspace, write, refused } = await place();
    for (const hash of ['a', 'b']) await write(`models--o--n/snapshots/${hash}/model.onnx`, vitLike());
    expect(await refused(join(workspace, 'models--o--n'))).toMatch(/holds 2 snapshots; give the folder of one/);
  });
});

describe('one file', () => {
  it('whose input has its channels last: a map, its mean or a grid', async () => {
    const { write, add } = await place();
    const path = await write('net.onnx', channelsLast(24));
    const { encoder, name } = await add(path, { mean: [0.5], std: [0.5] });
    expect(name).toBe('net');
    expect(encoder).toMatchObject({
      input: { layout: 'nhwc', height: 24, width: 24 },
      output: { name: 'map', shape: [1, 11, 11, 4], pool: 'mean', dimensions: 4 },
      preprocessing: { normalise: { mean: [0.5], std: [0.5] } },
    });
    const grid = await add(path, { pool: 'grid3', name: 'grid' });
    expect(grid.encoder.output).toMatchObject({ pool: 'grid3', dimensions: 36 });
  });

  it('of fixed batch 1 is run on one image at a time', async () => {
    const { write, add } = await place();
    const { encoder } = await add(await write('one.onnx', vitLike({ input: [1, 32, 32] })));
    expect(encoder).toMatchObject({ batch: 1, single: 'it takes exactly one image' });
  });

  it('that is dynamically quantised too, as its scores would depend on the batch', async () => {
    const { directory, write, add } = await place();
    const { encoder } = await add(await write('q.onnx', vitLike({ quantised: true })), { size: 32 });
    expect(encoder).toMatchObject({ batch: 1, single: expect.stringMatching(/^it is dynamically quantised/) });
    // it is true of this model: the same image beside others
    const recipe = await externalRecipe(directory, 'q');
    const model = await openExternal(recipe, cpuProvider(1));
    const image = await preprocess(await picture('a.png'), recipe.preprocessing, recipe.input);
    const eight = new Float32Array(8 * image.length);
    for (let i = 0; i < 8; i++) eight.set(i === 0 ? image : image.map((v) => v * (1 - 2 * i)), i * image.length);
    const alone = await model.rows(image, 1);
    expect((await model.rows(eight, 8)).subarray(0, WIDTH)).not.toEqual(alone);
    expect(await model.rows(image, 1)).toEqual(alone);
    await model.release();
  });

  it('with weights in a file beside it', async () => {
    const { workspace, write, add } = await place();
    await write('big/model.onnx', '');
    await writeWithData(join(workspace, 'big/model.onnx'), join(workspace, 'big/weights.bin'), 'weights.bin');
    const { encoder, name } = await add(join(workspace, 'big/model.onnx'), { size: 32 });
    expect(name).toBe('big');
    expect(encoder.files.map(({ path }) => path)).toEqual(['../../big/model.onnx', '../../big/weights.bin']);
  });
});

describe('what is refused, with nothing stored', () => {
  it('a path with nothing there, a folder without a model', async () => {
    const { workspace, refused, write } = await place();
    expect(await refused(join(workspace, 'gone'))).toMatch(/^There is no file or folder \S*gone; check the path\.$/);
    await write('empty/readme.txt', 'x');
    expect(await refused(join(workspace, 'empty'))).toMatch(/^There is no ONNX file in \S*empty, nor in/);
  });

  it('what is no ONNX file', async () => {
    const { refused, write } = await place();
    expect(await refused(await write('a.onnx', '<html>not found</html>'))).toMatch(/a\.onnx is no ONNX model/);
    expect(await refused(await write('b.onnx', ''))).toMatch(/b\.onnx is no ONNX model/);
    const pointer = 'version https://git-lfs.example/spec/v1\noid sha256:0\nsize 5\n';
    expect(await refused(await write('c.onnx', pointer))).toMatch(/only a pointer of Git LFS.*git lfs pull/);
    expect(await refused(await write('d.onnx', greyValues(3, 500, 1)))).toMatch(/d\.onnx is no ONNX model/);
  });

  it('a truncated one, wherever it ends', async () => {
    const { refused, write } = await place();
    const bytes = vitLike();
    for (const share of [0.2, 0.5, 0.9, 0.999]) {
      const path = await write('cut.onnx', bytes.subarray(0, Math.floor(bytes.length * share)));
      expect(await refused(path)).toMatch(
        /cut\.onnx is no ONNX model, or is truncated \(.*\); fetch or export it again/,
      );
    }
  });

  it('one of 3 GB, unread', async () => {
    const { refused, write } = await place();
    const path = await write('large.onnx', vitLike());
    await truncate(path, 3 * 2 ** 30);
    const begin = performance.now();
    expect(await refused(path)).toMatch(/large\.onnx has 3\.0 GiB, and an ONNX file can't have more than 2;/);
    expect(performance.now() - begin).toBeLessThan(5_000);
  });

  it('weights outside of its folder, or missing', async () => {
    const { workspace, refused, write } = await place();
    await mkdir(join(workspace, 'm'));
    const model = join(workspace, 'm/model.onnx');
    for (const location of ['../secret.bin', join(workspace, 'secret.bin'), 'sub/../../secret.bin']) {
      await writeWithData(model, join(workspace, 'secret.bin'), location);
      expect(await refused(model, { size: 32 })).toMatch(/from \S*secret\.bin, outside of its own folder/);
    }
    await writeWithData(model, join(workspace, 'secret.bin'), 'link.bin');
    await symlink('../secret.bin', join(workspace, 'm/link.bin'));
    expect(await refused(model, { size: 32 })).toMatch(/from link\.bin, outside of its own folder/);
    await rm(join(workspace, 'm/link.bin'));
    expect(await refused(model, { size: 32 })).toMatch(/link\.bin, which holds weights of model\.onnx, is missing/);
    expect(await readFile(join(workspace, 'secret.bin'))).not.toHaveLength(0);
    await write('m/link.bin', 'short');
    expect(await refused(model, { size: 32 })).toMatch(/model\.onnx can't be loaded: /);
  });

  it('operators of domains that ONNX Runtime does not have', async () => {
    const { refused, write } = await place();
    const path = await write('odd.onnx', withDomain(vitLike(), 'Tanh', 'org.example'));
    expect(await refused(path)).toMatch(/uses the operator Tanh of the domain "org\.example"/);
  });

  it('an operator that ONNX does not have', async () => {
    const { refused, write } = await place();
    const model = edited(vitLike(), ({ graph }) => {
      graph.node.find(({ opType }) => opType === 'Tanh')!.opType = 'Magic';
    });
    expect(await refused(await write('magic.onnx', model), { size: 32 })).toMatch(
      /magic\.onnx can't be loaded: .*Magic/,
    );
  });

  it.each([
    ['two images', { a: { shape: [1, 3, 8, 8] }, b: { shape: [1, 3, 8, 8] } }, /takes 2 images \("a", "b"\)/],
    [
      'text beside an image',
      { pixel_values: { shape: [1, 3, 8, 8] }, input_ids: { shape: ['n', 't'], type: 'int64' } },
      /takes text \("input_ids"\); give the part for images alone, often called vision_model\.onnx/,
    ],
    ['a text tower', { input_ids: { shape: ['n', 't'], type: 'int64' } }, /takes text \("input_ids"\)/],
    ['no image', { x: { shape: [1, 8] } }, /takes no image: none of its inputs \("x"\)/],
    ['more than an image', { a: { shape: [1, 3, 8, 8] }, b: { shape: [1] } }, /wants more than an image \("b"\)/],
    ['batches of 4', { a: { shape: [4, 3, 8, 8] } }, /takes exactly 4 images at a time/],
    ['four channels', { a: { shape: [1, 4, 8, 8] } }, /takes images of 4 channels \(shape \[1 × 4 × 8 × 8\]\)/],
  ] as const)('%s', async (_, inputs, sentence) => {
    const { refused, write } = await place();
    const path = await write('x.onnx', withInputs(inputs as unknown as Parameters<typeof withInputs>[0]));
    expect(await refused(path)).toMatch(sentence);
  });

  it('any size, where none is given; a size that the model does not take', async () => {
    const { refused, write } = await place();
    const path = await write('any.onnx', vitLike());
    expect(await refused(path)).toMatch(/takes images of any size, so the size has to be given; add --size/);
    expect(await refused(path, { size: 4 })).toMatch(
      /could not be run on an image of 4 × 4 pixels: .*try another --size/,
    );
    const fixed = await write('fixed.onnx', vitLike({ input: ['n', 32, 32] }));
    expect(await refused(fixed, { size: 24 })).toMatch(
      /takes images of 32 × 32 pixels, but the preprocessing makes 24 × 24/,
    );
  });

  it('outputs and pools that it does not have', async () => {
    const { refused, write } = await place();
    const path = await write('vit.onnx', vitLike());
    expect(await refused(path, { size: 32, output: 'logits' })).toMatch(
      /has no output "logits"; it has "last_hidden_state" \(shape \[1 × 17 × 12\]\)/,
    );
    expect(await refused(path, { size: 32, pool: 'grid3' })).toMatch(
      /The pool "grid3" does not fit an output of shape \[1 × 17 × 12\]; possible: cls, mean, clsMean/,
    );
    expect(await refused(path, { size: 32, mean: [0.5] })).toMatch(/--mean and --std belong together; add --std/);
  });

  it('NaN', async () => {
    const { refused, write } = await place();
    expect(await refused(await write('nan.onnx', notANumber(16)))).toMatch(/nan\.onnx gives NaN in its output "out"/);
  });

  it('one that hangs', async () => {
    const { refused, write } = await place();
    const begin = performance.now();
    expect(await refused(await write('loop.onnx', endlessLoop(16)), { patience: 4_000 })).toMatch(
      /loop\.onnx did not answer within 4 s on one image; it can't be used here/,
    );
    expect(performance.now() - begin).toBeLessThan(30_000);
  });

  it.runIf(process.platform !== 'win32')('one that crashes the runtime', async () => {
    const { refused, write } = await place();
    // stands in for native code that aborts
    const program = await write('aborts.js', 'process.on("message", () => process.abort());');
    expect(await refused(await write('crash.onnx', vitLike()), { size: 32, program })).toMatch(
      /crash\.onnx ended the process that ran it \(SIGABRT\) on one image; it can't be used here/,
    );
  });

  it('names that files or lists can not have', async () => {
    const { refused, write } = await place();
    const path = await write('vit.onnx', vitLike());
    expect(await refused(path, { name: 'faces' })).toMatch(/"faces" is an encoder that comes with Warmstart/);
    for (const name of ['../up', 'a,b', '', '.hidden', 'a/b'])
      expect(await refused(path, { name })).toMatch(/can't name/);
  });

  it.each([
    ['{', /preprocessor_config\.json is not valid JSON/],
    [preprocessorConfig({ size: { longest_edge: 224 } }), /is damaged at "size": expected a number of pixels/],
    [preprocessorConfig({ size: -3 }), /damaged at "size"/],
    [preprocessorConfig({ crop_size: null }), /damaged at "crop_size": expected a size, as do_center_crop is true/],
    [preprocessorConfig({ image_mean: 'grey' }), /damaged at "image_mean": expected one or three numbers/],
    [preprocessorConfig({ image_std: [1, 0, 1] }), /damaged at "image_std/],
    [preprocessorConfig({ image_std: undefined }), /damaged at "image_std": .* as do_normalize is true/],
    [preprocessorConfig({ resample: 9 }), /damaged at "resample": expected 0 to 5/],
    [preprocessorConfig({ rescale_factor: 0 }), /damaged at "rescale_factor": expected a number above 0/],
    [preprocessorConfig({ do_pad: true }), /damaged at "pad_size"/],
    [preprocessorConfig({ do_thumbnail: true }), /damaged at "do_thumbnail": expected false/],
  ])('preprocessing: %s', async (config, sentence) => {
    const { workspace, refused, write } = await place();
    await write('vit/model.onnx', vitLike());
    await write('vit/preprocessor_config.json', config);
    expect(await refused(join(workspace, 'vit'))).toMatch(sentence);
  });
});

describe('the image of the trial', () => {
  it('is a row of a table where there are no files', async () => {
    const workspace = await temporaryFolder();
    const pixels = (seed: number) => greyValues(seed, 48, 48).join(' ');
    const rows = Array.from({ length: 6 }, (_, i) => `${i % 2},${pixels(i + 1)},${i < 4 ? 'Training' : 'PublicTest'}`);
    const csv = join(workspace, 'fer2013.csv');
    await writeFile(csv, `emotion,pixels,Usage\n${rows.join('\n')}\n`);
    const { name: dataset } = await importDataset({ workspace, folder: csv, layout: 'auto' }, silentJob);
    const path = join(workspace, 'vit.onnx');
    await writeFile(path, vitLike());
    const trial = { patience: 60_000, program: cli };
    const { encoder } = await addEncoder({ workspace, dataset, path, size: 32 }, silentJob, trial);
    expect(encoder.output.shape).toEqual([1, 17, WIDTH]);
  });

  it('that is damaged or gone meanwhile is told of, not the model', async () => {
    const { workspace, refused, write } = await place();
    const path = await write('vit.onnx', vitLike());
    for (const split of ['angry', 'happy'])
      for (let i = 0; i < 3; i++) await write(`faces/train/${split}/train-${i}.png`, 'no picture');
    expect(await refused(path, { size: 32 })).toMatch(
      /train-\d\.png can't be read any more: .*; put it back as it was/,
    );
    await rm(join(workspace, 'faces/train'), { recursive: true });
    expect(await refused(path, { size: 32 })).toMatch(/^None of the first images of dataset "faces" is where it was/);
  });
});

describe('afterwards', () => {
  it('a file that has changed under the same name is told of; touched only, it is still the same', async () => {
    const { directory, write, add } = await place();
    const path = await write('vit.onnx', vitLike());
    await add(path, { size: 32 });
    const { digest } = await externalRecipe(directory, 'vit');
    await utimes(path, new Date(), new Date(Date.now() + 5_000));
    expect((await externalRecipe(directory, 'vit')).digest).toBe(digest);
    const bytes = await readFile(path);
    bytes[bytes.length >> 1] ^= 1;
    await writeFile(path, bytes);
    await utimes(path, new Date(), new Date(Date.now() + 9_000));
    await expect(externalRecipe(directory, 'vit')).rejects.toThrow(
      `${path} is no longer the file that was added as the encoder "vit"; put that one back, or add the encoder again under this or another name.`,
    );
    await add(path, { size: 32 });
    expect((await externalRecipe(directory, 'vit')).digest).not.toBe(digest);
    await rm(path);
    await expect(externalRecipe(directory, 'vit')).rejects.toThrow(
      /vit\.onnx, a file of the encoder "vit", is missing/,
    );
  });

  it('an unknown name lists the known ones; a damaged file is told of in the list', async () => {
    const { workspace, directory, write, add } = await place();
    await add(await write('vit.onnx', vitLike()), { size: 32 });
    await expect(externalRecipe(directory, 'other')).rejects.toThrow(/no encoder "other" in .*; known are vit\.$/);
    await writeFile(join(directory, 'models/encoders/vit.json'), '{"schema": 1}');
    await expect(externalRecipe(directory, 'vit')).rejects.toMatchObject({ code: 'damaged' });
    const { encoders } = await listEncoders({ workspace, dataset: 'faces' });
    expect(encoders.map(({ name, origin }) => [name, origin])).toEqual([
      ['faces', 'builtIn'],
      ['general', 'builtIn'],
      ['vit', 'external'],
    ]);
    expect(encoders[2].problem).toMatch(/vit\.json is damaged at "files"/);
  });
});

describe('the command line', () => {
  it('adds, lists and removes', async () => {
    const { workspace, directory, write } = await place();
    const path = await write('vit.onnx', vitLike({ input: ['n', 40, 24] }));
    const warmstart = (...args: string[]) => run(['--workspace', workspace, '--quiet', 'encoder', ...args]);
    const added = await warmstart('add', 'faces', path, '--size', '24x40', '--mean', '0.5', '--std', '0.5,0.4,0.3');
    expect(added.stderr).toBe('');
    expect(added.stdout).toMatch(/^Added the encoder "vit"\.\n/);
    expect(added.stdout).toMatch(/24 × 40, R, G, B, float32/);
    const list = await warmstart('list', 'faces', '--json');
    expect(list.json<{ encoders: object[] }>().encoders).toMatchObject([
      { name: 'faces' },
      { name: 'general' },
      { name: 'vit', dimensions: WIDTH, model: path, trainedOn: null },
    ]);
    expect((await warmstart('list', 'faces')).stdout).toMatch(/vit +\S*vit\.onnx +not said/);
    expect((await warmstart('remove', 'faces', 'vit')).stdout.trim()).toBe('Removed the encoder "vit".');
    expect(await readdir(join(directory, 'models/encoders'))).toEqual([]);
    expect(await readFile(path)).not.toHaveLength(0);
    const again = await warmstart('remove', 'faces', 'vit');
    expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching(/^There is no encoder "vit" in [^\n]+\n$/) });
    for (const wrong of [
      ['--size', '0'],
      ['--mean', '1,2'],
      ['--std', '0'],
      ['--pool', 'max'],
    ])
      expect((await warmstart('add', 'faces', path, ...wrong)).code).toBe(2);
  });

  it('asks by an encoder that was added, and keeps it while it is in use', async () => {
    const { workspace, directory, write } = await place();
    await write('dino/onnx/model.onnx', vitLike());
    await write('dino/preprocessor_config.json', preprocessorConfig());
    const warmstart = (...args: string[]) => run(['--workspace', workspace, '--quiet', ...args]);
    for (const args of [
      ['encoder', 'add', 'faces', join(workspace, 'dino'), '--pool', 'clsMean'],
      ['encoder', 'use', 'faces', 'external:dino'],
      ['query', 'faces', '--budget', '2'],
    ])
      expect(await warmstart(...args)).toMatchObject({ code: 0, stderr: '' });
    const { encoders } = (await warmstart('encoder', 'list', 'faces', '--json')).json<{ encoders: object[] }>();
    expect(encoders).toMatchObject([{ used: false }, { used: false }, { name: 'dino', used: true }]);
    expect(await warmstart('encoder', 'remove', 'faces', 'dino')).toMatchObject({
      code: 2,
      stderr: '"dino" is in use; choose another encoder first (encoder use).\n',
    });
    const round = JSON.parse(await readFile(join(directory, 'rounds/0001.json'), 'utf8'));
    expect(round.picks).toHaveLength(2);
    expect(round.encoder).toMatchObject({ pretrained: false });
    expect((await readdir(join(directory, '.cache/embeddings'))).length).toBeGreaterThan(0);
    // what it was changed to is told, and nothing is asked
    await writeFile(join(workspace, 'dino/onnx/model.onnx'), vitLike({ embeds: true }));
    expect(await warmstart('query', 'faces', '--budget', '2', '--again')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^\S*model\.onnx is no longer the file that was added as the encoder "dino"[^\n]+\n$/,
      ),
    });
  });

  it.runIf(process.platform === 'linux')('outlives a model that wants a terabyte', async () => {
    const { workspace, directory, write } = await place();
    const path = await write('memory.onnx', tooMuchMemory(16));
    const limited = startProgram('bash', [
      '-c',
      'ulimit -v 12000000; exec "$@"',
      'bash',
      process.execPath,
      cli,
      '--workspace',
      workspace,
      '--quiet',
      'encoder',
      'add',
      'faces',
      path,
    ]);
    const { code, stderr, stdout } = await limited.ended;
    expect(stderr).toMatch(/^\S*memory\.onnx (could not be run on an image|ended the process that ran it)[^\n]+\n$/);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(await readdir(join(directory, 'models/encoders')).catch(() => [])).toEqual([]);
  });
});

describe('jobs of the server', () => {
  it('add, list and remove; a model that is none is one sentence', async () => {
    const { workspace, write } = await place();
    const { engine } = testEngine();
    const at = { workspace, dataset: 'faces' };
    const path = await write('vit.onnx', vitLike());
    const { name, encoder } = await engine.run('encoderAdd', { ...at, path, size: 32, trainedOn: 'drawings' }, {});
    expect(name).toBe('vit');
    expect(encoder.output).toMatchObject({ pool: 'cls', dimensions: WIDTH });
    const listed = await engine.run('encoderList', at, {});
    expect(listed.encoders[2]).toMatchObject({ name: 'vit', used: false, trainedOn: 'drawings', problem: null });
    expect(await engine.run('encoderRemove', { ...at, name: 'vit' }, {})).toEqual({ removed: 'vit' });
    const broken = engine.run('encoderAdd', { ...at, path: await write('broken.onnx', 'no') }, {});
    await expect(broken).rejects.toThrow(/broken\.onnx is no ONNX model/);
    const wrong = engine.run('encoderAdd', { ...at, path, std: [0] }, {});
    await expect(wrong).rejects.toThrow(/request encoderAdd is wrong at "std/);
  });
});
