import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keepsClasses } from '../../../src/engine/data/mirroring';
import { encoderDigest } from '../../../src/engine/features/digest';
import { createEncoder, type PixelEncoder } from '../../../src/engine/features/encoder';
import { readEncoder } from '../../../src/engine/features/encoderFile';
import { extractFeatures } from '../../../src/engine/features/extract';
import { hog, mirroredHog } from '../../../src/engine/features/hog';
import { FeatureOpener } from '../../../src/engine/features/kinds';
import { silentJob } from '../../../src/engine/job';
import { architecture } from '../../../src/engine/network/architectures';
import { row } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';
import { DevicePair } from '../../../src/engine/runtime/devicePair';
import { onnxRuntime } from '../../../src/engine/runtime/onnx/onnxRuntime';
import { importedFaces } from '../../support/importedFaces';
import { memoryImages } from '../../support/memoryImages';
import { writtenEncoder } from '../../support/writtenEncoder';

const SIDE = 24;
const runtime = onnxRuntime(1);
const random = Random.stream(4, 'pixels');
const bytes = Uint8Array.from({ length: 5 * SIDE * SIDE }, () => random.integer(256));
const images = memoryImages(bytes, SIDE, 0.4);
const mirroredImages = memoryImages(
  bytes.map((_, i) => bytes[i - (i % SIDE) + SIDE - 1 - (i % SIDE)]!),
  SIDE,
  0.4,
);
const rowsOf = (encoder: PixelEncoder, of = images) => extractFeatures(encoder, of, silentJob, new DevicePair(runtime));
const encoder = createEncoder('small', [1, SIDE, SIDE], 1);
const onGrid = createEncoder('small', [1, SIDE, SIDE], 1, 3);

describe('rows of a network', () => {
  it('hold the mean of every place of a grid, channel by channel; the weights are those without a grid', async () => {
    expect(onGrid.parameters).toEqual(encoder.parameters);
    const scorer = await runtime.compileScorer(encoder.network, encoder.parameters, ['layer4.relu']);
    const whole = await rowsOf(encoder);
    const places = await rowsOf(onGrid);
    expect([whole.columns, places.columns]).toEqual([256, 256 * 9]);
    const input = Float32Array.from(
      bytes,
      (byte) => (byte / 255 - images.normalisation.mean[0]!) / images.normalisation.std[0]!,
    );
    const maps = (await scorer.run(input, 5)).get('layer4.relu')!; // 3 × 3: every place is a pixel
    for (let i = 0; i < maps.length; i++) expect(places.data[i]).toBeCloseTo(maps[i]!, 4);
    await scorer.dispose();
  });

  it('are the mean of the rows of an image and of its mirrored view, where that is asked for', async () => {
    for (const [plain, mirrored] of [
      [encoder, { ...encoder, mirrored: true }],
      [onGrid, { ...onGrid, mirrored: true }],
      [hog, mirroredHog],
    ] as const) {
      const both = await rowsOf(mirrored);
      const [one, other] = [await rowsOf(plain), await rowsOf(plain, mirroredImages)];
      for (let i = 0; i < both.rows; i++) {
        const mean = row(one, i).map((value, j) => (value + row(other, i)[j]!) / 2);
        for (const [j, value] of row(both, i).entries()) expect(value).toBeCloseTo(mean[j]!, 5);
      }
      expect(both.data).not.toEqual(one.data);
    }
  });

  it('have another digest with another grid or with mirrored views', () => {
    const digests = [encoder, onGrid, { ...encoder, mirrored: true }, { ...onGrid, mirrored: true }].map(encoderDigest);
    expect(new Set(digests).size).toBe(4);
    expect(encoderDigest(mirroredHog)).not.toBe(encoderDigest(hog));
    expect(encoderDigest({ ...encoder, mirrored: false })).toBe(digests[0]);
  });
});

describe('an encoder whose file says nothing of a grid', () => {
  it('is the network that it always was, to the letter, so its digest and rows stay', async () => {
    const letters = createHash('sha256')
      .update(JSON.stringify(architecture('small', [1, 48, 48])))
      .digest('hex');
    expect(letters).toBe('553a88c49bb8dc879c229a713df6c1feaf02e7eb23df9927a60e787edfa01257');
    const dataset = await importedFaces({ classes: ['happy', 'sad'], train: 4, test: 1 });
    await writtenEncoder(dataset);
    const there = (await readEncoder(dataset.directory))!;
    const old = createEncoder('small', [1, 24, 24], 3);
    expect(encoderDigest(there)).toBe(encoderDigest(old));
    expect((await rowsOf(there)).data).toEqual((await rowsOf(old)).data);
  });
});

describe('mirrored views', () => {
  it('are looked at unless a class is named after a side or a turn, or is a letter or digit', async () => {
    expect(keepsClasses(['happy', 'brightness'])).toBe(true);
    expect(keepsClasses(['looks left', 'looks ahead'])).toBe(false);
    expect(keepsClasses(['b', 'd'])).toBe(false);
    for (const classes of [
      ['happy', 'sad'],
      ['left', 'right'],
    ]) {
      const dataset = await importedFaces({ classes, train: 4, test: 1 });
      await writtenEncoder(dataset);
      const opener = new FeatureOpener(dataset, silentJob);
      const expected = classes[0] === 'happy' ? true : undefined;
      for (const name of ['pretrained', 'scratch'] as const)
        expect((await opener.open(name))?.network?.mirrored, name).toBe(expected);
      const own = expected ? mirroredHog : hog;
      expect((await opener.open('hog'))?.features).toBe(own);
      expect((await opener.open('combined'))?.features).toMatchObject({ parts: [{ network: {} }, own] });
      // random weights are read over the grid of the dataset's encoder, here the whole map
      expect((await opener.open('random'))?.features).toMatchObject({ network: architecture('small', [1, 24, 24]) });
    }
  });
});
