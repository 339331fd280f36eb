import { join } from 'node:path';
import { expect, it } from 'vitest';
import { modelToOnnx } from '../../../src/engine/commands/modelExport';
import { weighed } from '../../../src/engine/features/combined';
import { encoderDigest } from '../../../src/engine/features/digest';
import { createEncoder } from '../../../src/engine/features/encoder';
import { mirroredHog } from '../../../src/engine/features/hog';
import { silentJob } from '../../../src/engine/job';
import { isPooled } from '../../../src/engine/learner/pooled';
import { logits } from '../../../src/engine/numeric/linearHead';
import { fitAndEvaluate } from '../../../src/engine/rounds/fit';
import { modelFeatures } from '../../../src/engine/rounds/model';
import { loadModel, storeModel } from '../../../src/engine/rounds/modelFiles';
import { startOf } from '../../../src/engine/rounds/policy';
import { selectBatch } from '../../../src/engine/rounds/selectBatch';
import { InferenceSession, Tensor } from '../../../src/engine/runtime/onnx/library';
import { strategyNamed } from '../../../src/engine/strategies/registry';
import { importedFaces } from '../../support/importedFaces';
import { SIDE } from '../../support/pictures';
import { temporaryFolder } from '../../support/temporaryFolder';

const network = { ...createEncoder('small', [1, SIDE, SIDE], 0), pretrained: true, mirrored: true };
const features = weighed('combined', [network, mirroredHog]);

it('a network that was fine-tuned is pooled with the probe of rounds: stored, read, asked and exported as any other model', async () => {
  const dataset = await importedFaces({ classes: ['angry', 'happy', 'sad'], train: 8, test: 6 });
  const labelled = new Map([...dataset.train].slice(0, 12).map((i) => [i, dataset.images[i].label!]));
  const start = startOf({ learner: 'finetune' }, { features, network }, 30, 3);
  const { model, metrics } = await fitAndEvaluate({ dataset, ...start, labelled, seed: 0 }, silentJob);
  expect(metrics!.accuracy).toBeGreaterThan(0.5);
  expect(isPooled(model.encoder) && encoderDigest(model.encoder.parts[1])).toBe(encoderDigest(features));
  expect(isPooled(model.encoder) && encoderDigest(model.encoder.parts[0])).not.toBe(encoderDigest(network));

  const path = join(await temporaryFolder(), 'model.safetensors');
  await storeModel(path, model, network, { labels: 'x' });
  const read = await loadModel(path, network, { labels: 'x' }, features);
  expect(encoderDigest(read.encoder)).toBe(encoderDigest(model.encoder));
  const known = { learner: model.learner, head: model.head, dropout: model.dropout };
  expect(read).toMatchObject(known);
  for (const looks of [undefined, mirroredHog])
    await expect(loadModel(path, network, { labels: 'x' }, looks)).rejects.toThrow(/is not the model/);

  const rows = await modelFeatures(dataset, features, model, dataset.test, silentJob);
  expect(await modelFeatures(dataset, features, read, dataset.test, silentJob)).toEqual(rows);
  for (const name of ['margin', 'badge', 'bald', 'adversarialDeepFool']) {
    const rule = strategyNamed(name).withOptions({});
    const wish = { dataset, encoder: features, model: read, labelled, rule, k: 4, seed: 0, round: 1 };
    expect(await selectBatch(wish, silentJob)).toHaveLength(4);
  }

  const { onnx, inputs } = await modelToOnnx(read, dataset);
  expect([...inputs.keys()]).toEqual(['images']);
  const session = await InferenceSession.create(onnx);
  const { mean, std } = dataset.normalisation;
  const bytes = new Uint8Array(SIDE * SIDE);
  const images = new Float32Array(dataset.test.length * bytes.length);
  for (const [i, index] of dataset.test.entries()) {
    dataset.pixels.read(index, bytes, 0);
    images.set(
      Float32Array.from(bytes, (byte) => (byte / 255 - mean[0]) / std[0]),
      i * bytes.length,
    );
  }
  const dims = [dataset.test.length, 1, SIDE, SIDE];
  const { head } = await session.run({ images: new Tensor('float32', images, dims) });
  const expected = logits(model.head, rows).data;
  for (const [i, logit] of (head!.data as Float32Array).entries()) expect(logit).toBeCloseTo(expected[i], 3);
});
