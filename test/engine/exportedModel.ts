import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect } from 'vitest';
import { InferenceSession, Tensor } from '../../src/engine/runtime/onnx/library';
import type { run } from '../support/commandLine';

interface DatasetFacts {
  root: string;
  classes: string[];
  image: { width: number; height: number; channels: number };
  normalisation: { mean: number[]; std: number[] };
}

/** Exports the newest model and scores a round's images with it as another program would: what `suggest` says comes out. */
export async function expectExportedModel(
  warmstart: (...args: string[]) => ReturnType<typeof run>,
  directory: string,
  round: number,
): Promise<void> {
  const path = join(directory, 'model.onnx');
  expect(await warmstart('export', 'faces', '--what', 'model', '--out', path)).toMatchObject({ code: 0, stderr: '' });
  const { suggestions } = (await warmstart('suggest', 'faces', '--round', String(round))).json<{
    suggestions: { image: string; label: string; probability: number }[];
  }>();
  expect(suggestions.length).toBeGreaterThan(0);
  const { root, classes, image, normalisation } = JSON.parse(
    await readFile(join(directory, 'dataset.json'), 'utf8'),
  ) as DatasetFacts;
  expect(image.channels).toBe(1);
  const [mean, std] = [normalisation.mean[0], normalisation.std[0]];
  const pixels: number[] = [];
  for (const { image: id } of suggestions)
    for (const byte of await sharp(join(directory, root, id))
      .greyscale()
      .raw()
      .toBuffer())
      pixels.push((byte / 255 - mean) / std);
  const session = await InferenceSession.create(path);
  expect([session.inputNames, session.outputNames]).toEqual([['images'], ['head']]);
  const dims = [suggestions.length, 1, image.height, image.width];
  const { head } = await session.run({ images: new Tensor('float32', Float32Array.from(pixels), dims) });
  for (const [i, { label, probability }] of suggestions.entries()) {
    const logits = Array.from((head!.data as Float32Array).subarray(i * classes.length, (i + 1) * classes.length));
    const most = Math.max(...logits);
    const sum = logits.reduce((total, z) => total + Math.exp(z - most), 0);
    expect(classes[logits.indexOf(most)]).toBe(label);
    expect(1 / sum).toBeCloseTo(probability, 4);
  }
}
