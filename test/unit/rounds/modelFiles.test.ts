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
import { loadModel, storeModel } from '../../../src/engine/rounds/modelFiles';
import { digestOf } from '../../../src/engine/store/digest';
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
