import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtInRecipe } from '../../../src/engine/encoders/builtIn';
import { tails } from '../../../src/engine/encoders/continued/tails';
import { encoderDigest } from '../../../src/engine/features/digest';
import { type BlocksEncoder, createEncoder, type Encoder } from '../../../src/engine/features/encoder';
import { initialise } from '../../../src/engine/network/initialisation';
import { matrix } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';
import { labelsDigest } from '../../../src/engine/rounds/labelsDigest';
import { calibratedHead, type FittedModel, toFitted } from '../../../src/engine/rounds/model';
import { loadModel, readModel, storeModel, writeModel } from '../../../src/engine/rounds/modelFiles';
import { digestOf } from '../../../src/engine/store/digest';
import { readSafetensors, type SafetensorsContent, writeSafetensors } from '../../../src/engine/store/safetensors';
import { datasetFile } from '../../support/datasetFiles';
import { temporaryFolder } from '../../support/temporaryFolder';

const base = createEncoder('small', [1, 24, 24], 0);
const trained = createEncoder('small', [1, 24, 24], 1);

function model(encoder = base): FittedModel {
  const random = Random.stream(1, 'head');
  const weights = matrix(
    3,
    256,
    Float64Array.from({ length: 3 * 256 }, () => random.normal()),
  );
  const head = { weights, bias: Float64Array.of(1 / 3, -1, 0) };
  const features = () => Promise.reject(new Error('not needed'));
  return toFitted({ learner: 'finetune', epochs: 7, stopped: 'saturation', dropout: 0.3, encoder, head, features });
}

describe('a stored model', () => {
  it.each([
    ['that left the encoder as it was', base],
    ['that changed the encoder', trained],
  ])('%s comes back exactly', async (_, encoder) => {
    const path = join(await temporaryFolder(), 'model.safetensors');
    const before = model(encoder);
    await storeModel(path, before, base, { labels: 'x' });
    const after = await loadModel(path, base, { labels: 'x' });
    expect(encoderDigest(after.encoder)).toBe(encoderDigest(encoder));
    expect({ ...after, encoder: null }).toEqual({ ...before, encoder: null });
  });

  it('keeps how sure of itself it may be, where that was found', async () => {
    const folder = await temporaryFolder();
    const [plain, known] = [model(), { ...model(), calibration: 0.1 + 0.2 }];
    for (const [name, before] of Object.entries({ plain, known })) {
      const path = join(folder, `${name}.safetensors`);
      await storeModel(path, before, base, {});
      expect(await loadModel(path, base, {})).toEqual(before);
    }
    expect(calibratedHead(plain)).toEqual(plain.head);
    const { weights, bias } = calibratedHead(known);
    expect(weights.data[5]).toBeCloseTo(0.3 * known.head.weights.data[5]!, 6);
    expect(bias[1]).toBeCloseTo(-0.3, 6);
  });

  it('of other labels or another encoder is refused, and so is a damaged one', async () => {
    const path = join(await temporaryFolder(), 'model.safetensors');
    await storeModel(path, model(), base, { labels: 'x' });
    await expect(loadModel(path, base, { labels: 'y' })).rejects.toThrow(/is not the model that its results speak of/);
    await expect(loadModel(path, trained, { labels: 'x' })).rejects.toThrow(
      /is not the model that its results speak of/,
    );
    await truncate(path, 1000);
    await expect(loadModel(path, base, { labels: 'x' })).rejects.toMatchObject({ code: 'damaged' });
  });
});

describe('a stored model with trained blocks', () => {
  const recipe = builtInRecipe('faces', [], true);
  const faces = { name: 'faces', pretrained: false, recipe, projection: null };
  const { network } = tails.faces;
  const blocks = { name: 'faces', base: 'faces', pretrained: false, mirrored: true } as const;
  const trainedBlocks = (seed: number) => ({ ...blocks, blocks: initialise(network, seed) });
  const stored = async (encoder: BlocksEncoder, from: Encoder = faces) => {
    const path = join(await temporaryFolder(), 'model.safetensors');
    await storeModel(path, { ...model(), encoder }, from, {});
    return path;
  };

  it('comes back exactly, and is known by its weights', async () => {
    const one = trainedBlocks(1);
    const { encoder } = await loadModel(await stored(one), faces, {});
    expect(Object.keys(encoder).sort()).toEqual(Object.keys(one).sort());
    expect(encoderDigest(encoder)).toBe(encoderDigest(one));
    expect(encoderDigest(encoder)).not.toBe(encoderDigest(trainedBlocks(2)));
    expect(encoderDigest(encoder)).not.toBe(encoderDigest({ ...one, mirrored: false }));
  });

  it('is refused where a weight is missing, or it began with another built-in encoder', async () => {
    const lacking = new Map([...trainedBlocks(1).blocks].slice(1));
    const refusal = /is not the model that its results speak of/;
    await expect(loadModel(await stored({ ...blocks, blocks: lacking }), faces, {})).rejects.toThrow(refusal);
    const general = { ...faces, name: 'general', recipe: builtInRecipe('general', [], true) };
    await expect(loadModel(await stored(trainedBlocks(1), general), general, {})).rejects.toThrow(refusal);
  });
});

describe('digests', () => {
  it('depend on values, not on the order of keys or of labelling', () => {
    expect(digestOf({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(digestOf({ b: [{ d: 3, c: 2 }], a: 1 }));
    expect(digestOf([1, 2])).not.toBe(digestOf([2, 1]));
    const dataset = { images: [{ id: 'x' }, { id: 'y' }], file: { classes: ['a', 'b'] } } as never;
    const one = labelsDigest(
      dataset,
      new Map([
        [0, 0],
        [1, 1],
      ]),
    );
    expect(
      labelsDigest(
        dataset,
        new Map([
          [1, 1],
          [0, 0],
        ]),
      ),
    ).toBe(one);
    expect(
      labelsDigest(
        dataset,
        new Map([
          [1, 0],
          [0, 1],
        ]),
      ),
    ).not.toBe(one);
  });

  it('tell encoders apart by a single weight', () => {
    const parameters = new Map(base.parameters);
    const [name, { shape, data }] = [...base.parameters][0];
    const changed = data.slice();
    changed[5] += 1e-6;
    parameters.set(name, { shape, data: changed });
    expect(encoderDigest({ ...base, parameters })).not.toBe(encoderDigest(base));
    expect(encoderDigest({ ...base })).toBe(encoderDigest(base));
  });
});

describe('a model that a repository brings along', () => {
  const results = { labels: 'x', seed: 0, model: 'models/round-0001.safetensors', learner: 'finetune' } as const;
  const file = datasetFile({ classes: ['a', 'b', 'c'], image: { channels: 1, height: 24, width: 24 } });

  /** A stored model, changed by `change`, as `readModel` takes it. */
  async function changed(change: (content: SafetensorsContent) => SafetensorsContent, encoder: Encoder = base) {
    const dataset = { directory: await temporaryFolder(), file };
    const path = join(dataset.directory, results.model);
    await writeModel(dataset, results, model(encoder as typeof base), base);
    const { parameters, metadata } = change(await readSafetensors(path));
    await writeSafetensors(path, parameters, metadata);
    return readModel(dataset, results, base, base);
  }
  const withHead =
    (rows: number, columns: number, value = 0) =>
    (content: SafetensorsContent) => {
      const parameters = new Map(content.parameters);
      parameters.set('head.weight', { shape: [rows, columns], data: new Float32Array(rows * columns).fill(value) });
      parameters.set('head.bias', { shape: [rows], data: new Float32Array(rows) });
      return { ...content, parameters };
    };
  const withMetadata = (metadata: Readonly<Record<string, string>>) => (content: SafetensorsContent) => ({
    ...content,
    metadata: { ...content.metadata, ...metadata },
  });

  it('is read where nothing was changed', async () => {
    expect((await changed((content) => content)).head.weights.rows).toBe(3);
    expect((await changed((content) => content, trained)).head.weights.columns).toBe(256);
  });

  it.each<[string, (content: SafetensorsContent) => SafetensorsContent]>([
    ['no classes', withHead(0, 256)],
    ['ten classes', withHead(10, 256)],
    ['other columns', withHead(3, 255)],
    ['NaN', withHead(3, 256, Number.NaN)],
    ['infinite weights', withHead(3, 256, Number.POSITIVE_INFINITY)],
    ['epochs that are no number', withMetadata({ epochs: 'many' })],
    ['a calibration that is no number', withMetadata({ calibration: 'NaN' })],
  ])('is refused with a head of %s, or such a description', async (_, change) => {
    await expect(changed(change)).rejects.toMatchObject({ code: 'damaged' });
  });

  it.each([
    'null',
    '{}',
    '[',
    '{"input":[1,24,24],"ops":[]}',
    '{"input":[1,24,24],"ops":[{"kind":"conv2d","name":"a","input":"input","outputs":1e9,"kernel":3,"stride":1}]}',
    '{"input":[1,24,24],"ops":[{"kind":"evil","name":"a","input":"input"}]}',
    '{"input":[1,24,24],"ops":[{"kind":"relu","name":"a","input":"nowhere"}]}',
    JSON.stringify({ ...trained.network, input: [1, 4096, 4096] }),
    `{"input":[1,24,24],"ops":[${'{"kind":"relu","name":"a","input":"input"},'.repeat(2_000)}{"kind":"relu","name":"b","input":"a"}]}`,
  ])('is refused with a network that is %s', async (network) => {
    await expect(changed(withMetadata({ network }), trained)).rejects.toThrow(
      /is not the model that its results speak of/,
    );
  });

  it('is refused with weights of its network that are missing, too many or no numbers', async () => {
    const name = 'encoder.layer1.conv.weight';
    const without = (content: SafetensorsContent) => {
      const parameters = new Map(content.parameters);
      parameters.delete(name);
      return { ...content, parameters };
    };
    const broken = (content: SafetensorsContent) => {
      const { shape, data } = content.parameters.get(name)!;
      return {
        ...content,
        parameters: new Map(content.parameters).set(name, { shape, data: data.map(() => Number.NaN) }),
      };
    };
    const more = (content: SafetensorsContent) => ({
      ...content,
      parameters: new Map(content.parameters).set('encoder.x', { shape: [1], data: Float32Array.of(1) }),
    });
    for (const change of [without, broken, more])
      await expect(changed(change, trained)).rejects.toMatchObject({ code: 'damaged' });
  });
});
