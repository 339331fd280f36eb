import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { readNpy } from '../../src/engine/store/npy';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { writeImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';
import { expectExportedModel } from './exportedModel';

beforeAll(ensureBuilt);

async function place() {
  const folder = await temporaryFolder();
  const warmstart = (...args: string[]) => run(['--workspace', folder, '--json', ...args], { cwd: folder });
  const imported = async () =>
    (await warmstart('import', 'faces', '--encoder', 'hog')).json<{ directory: string }>().directory;
  return { folder, warmstart, imported };
}

/** Class folders of colour images: class c has its edge in its own direction and its own channel. */
async function writeColourImages(folder: string): Promise<void> {
  const side = 16;
  for (const [split, count] of Object.entries({ train: 8, test: 4 }))
    for (const [c, name] of ['a', 'b'].entries())
      for (let i = 0; i < count; i++) {
        const pixels = Buffer.alloc(3 * side * side, 40);
        for (let y = 0; y < side; y++)
          for (let x = 0; x < side; x++) if ((c === 0 ? x : y) > 4 + (i % 6)) pixels[3 * (y * side + x) + c] = 200 + i;
        const path = join(folder, split, name, `${i}.png`);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(
          path,
          await sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
            .png()
            .toBuffer(),
        );
      }
}

interface Encoded {
  encoder: { pretrained: boolean; descriptor?: string; digest: string };
}

/** Numbers of the pre-trained encoder: 256 for each of nine places. */
const WIDTH = 256 * 9;

describe('before pre-training', () => {
  it('rounds are chosen on HOG features and a probe on them is the first model', async () => {
    const { folder, warmstart, imported } = await place();
    await writeImages(join(folder, 'faces'), { classes: ['angry', 'happy', 'sad'], train: 20, test: 8 });
    const directory = await imported();
    const first = await warmstart('query', 'faces', '--strategy', 'maxHerding', '--budget', '12');
    const { round } = first.json<{ round: Encoded & { picks: object[]; model: object | null } }>();
    expect(round.encoder).toMatchObject({ pretrained: false, descriptor: 'hog' });
    expect([round.picks.length, round.model]).toEqual([12, null]);
    // one matrix of features, that of HOG, lies in the cache and serves probe, coverage and export alike
    const features = join(directory, '.cache/features');
    const cached = await readdir(features);
    expect(cached.filter((name) => name.endsWith('.npy'))).toHaveLength(1);

    await warmstart('label', 'faces', '--oracle');
    const trained = await warmstart('train', 'faces');
    const { results } = trained.json<{ results: Encoded & { learner: string; metrics: { accuracy: number } } }>();
    expect(results).toMatchObject({ learner: 'probe', encoder: round.encoder });
    expect(results.metrics.accuracy).toBeGreaterThan(0.5);
    expect((await warmstart('suggest', 'faces', '--round', '1')).json()).toMatchObject({ model: 1 });
    const second = await warmstart('query', 'faces', '--strategy', 'margin', '--budget', '5');
    expect(second.json()).toMatchObject({ round: { model: { learner: 'probe' }, encoder: round.encoder } });
    expect(await readdir(features)).toEqual(cached);

    const out = join(folder, 'features.npy');
    await warmstart('export', 'faces', '--what', 'features', '--out', out);
    const { shape, data } = await readNpy(out);
    expect([...shape]).toEqual([84, 900]);
    expect(data).toEqual((await readNpy(join(features, cached.find((name) => name.endsWith('.npy'))!))).data);

    await expectExportedModel(warmstart, directory, 1);
    const refused = await warmstart('export', 'faces', '--what', 'features', '--encoder', 'combined');
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no pre-trained encoder; run pretrain first/),
    });
  });

  it('what was trained from random weights on request is used, and not replaced by a mere question', async () => {
    const { folder, warmstart, imported } = await place();
    await writeImages(join(folder, 'faces'), { classes: ['a', 'b'], train: 6, test: 2 });
    const directory = await imported();
    await warmstart('query', 'faces', '--strategy', 'random', '--budget', '4');
    await warmstart('label', 'faces', '--oracle');
    const trained = await warmstart('train', 'faces', '--learner', 'finetune');
    const { results } = trained.json<{ results: Encoded & { learner: string } }>();
    expect(results).toMatchObject({ learner: 'finetune', encoder: { pretrained: false } });
    expect(results.encoder).not.toHaveProperty('descriptor');
    const second = await warmstart('query', 'faces', '--strategy', 'margin', '--budget', '2');
    expect(second.json()).toMatchObject({ round: { model: { learner: 'finetune' } } });
    expect(
      (await warmstart('suggest', 'faces', '--round', '2')).json<{ suggestions: object[] }>().suggestions,
    ).toHaveLength(2);
    expect((await warmstart('export', 'faces', '--what', 'model', '--out', join(directory, 'm.onnx'))).code).toBe(0);
  });

  it('colour images and the smallest ones that import allows work', async () => {
    const { folder, warmstart } = await place();
    const shape = (size: string) => ['--channels', '3', '--image-size', size, '--name', `f${size}`, '--encoder', 'hog'];
    await writeColourImages(join(folder, 'faces'));
    for (const size of ['16', '8']) {
      const made = await warmstart('import', 'faces', ...shape(size));
      expect(made.code).toBe(0);
      expect((await warmstart('query', `f${size}`, '--budget', '8')).code).toBe(0);
      await warmstart('label', `f${size}`, '--oracle');
      const { results } = (await warmstart('train', `f${size}`)).json<{ results: { metrics: { accuracy: number } } }>();
      expect(results.metrics.accuracy).toBeGreaterThan(0.9);
    }
  });
});

describe('benchmark', () => {
  const flags = ['--strategies', 'maxHerding', '--initial', '6', '--budget', '6', '--cycles', '2', '--seeds', '1'];

  it('has a row for each kind of features, and goes on with cells that are there', async () => {
    const { folder, warmstart, imported } = await place();
    await writeImages(join(folder, 'faces'), { classes: ['a', 'b'], train: 12, test: 4 });
    await imported();
    const study = ['benchmark', 'faces', ...flags, '--learner', 'probe'];
    interface Outcome {
      folder: string;
      reused: number;
      report: { protocol: object; summary: { features?: string; pretrained: boolean; points: object[] }[] };
    }
    const alone = (await warmstart(...study, '--encoder', 'hog')).json<Outcome>();
    expect(alone.report.summary.map(({ features, points }) => [features, points.length])).toEqual([
      ['hog', 2],
      ['hog', 2],
    ]);
    const ran = await warmstart(...study, '--features', 'hog,random');
    expect(ran.stderr).toBe('');
    const { report, reused, folder: written } = ran.json<Outcome>();
    expect(reused).toBe(2);
    expect(report.protocol).toMatchObject({ pretrained: 'no', features: ['random', 'hog'], encoder: null });
    expect(report.summary.map(({ features }) => features)).toEqual(['random', 'random', 'hog', 'hog']);
    expect(await readFile(join(written, 'report.md'), 'utf8')).toContain('| MaxHerding | no (HOG features) | 1 of 1 |');
    // probes from random weights are the same cells, whatever they are called
    expect((await warmstart(...study, '--pretrained', 'no')).json<Outcome>().reused).toBe(2);
  });

  it('has a row for the pre-trained encoder and HOG side by side', async () => {
    const { folder, warmstart, imported } = await place();
    await writeImages(join(folder, 'faces'), { classes: ['a', 'b'], train: 12, test: 4 });
    const directory = await imported();
    expect((await warmstart('pretrain', 'faces', '--epochs', '1')).code).toBe(0);
    const ran = await warmstart('benchmark', 'faces', ...flags, '--features', 'combined,pretrained,hog');
    expect(ran.stderr).toBe('');
    const { report, folder: written } = ran.json<{
      folder: string;
      report: {
        protocol: object;
        summary: { features?: string; pretrained: boolean; points: { labelled: number }[] }[];
      };
    }>();
    expect(report.protocol).toMatchObject({ pretrained: 'both', features: ['hog', 'pretrained', 'combined'] });
    const rows = report.summary.map(({ features, pretrained }) => [features, pretrained]);
    expect(rows.filter((_, i) => i % 2 === 0)).toEqual([
      ['hog', false],
      [undefined, true],
      ['combined', true],
    ]);
    expect(report.summary.every(({ points }) => points.length === 2)).toBe(true);
    const text = await readFile(join(written, 'report.md'), 'utf8');
    expect(text).toContain('| MaxHerding | yes, with HOG (combined features) | 1 of 1 |');
    expect(text).toContain('the pre-trained encoder and HOG side by side');
    // what the cells looked at: both blocks of every image have length 1
    const exported = async (encoder: string) => {
      const out = join(directory, `${encoder}.npy`);
      await warmstart('export', 'faces', '--what', 'features', '--encoder', encoder, '--out', out);
      return readNpy(out);
    };
    const [network, combined] = [await exported('pretrained'), await exported('combined')];
    expect(network.shape[1]).toBe(WIDTH);
    const [rowsOfAll, width] = combined.shape;
    for (let i = 0; i < rowsOfAll; i++) {
      const whole = combined.data.subarray(i * width, (i + 1) * width) as Float32Array;
      const length = (part: Float32Array) => Math.hypot(...part);
      const own = network.data.subarray(i * WIDTH, (i + 1) * WIDTH) as Float32Array;
      expect(length(whole.subarray(0, WIDTH))).toBeCloseTo(1, 5);
      expect(length(whole.subarray(WIDTH))).toBeCloseTo(1, 5);
      const scale = length(own);
      for (const j of [0, 100, 255]) expect(whole[j]).toBeCloseTo(own[j] / scale, 5);
    }
  });

  it('refuses what makes no sense, in one sentence', async () => {
    const { folder, warmstart, imported } = await place();
    await writeImages(join(folder, 'faces'), { classes: ['a', 'b'], train: 6, test: 2 });
    await imported();
    const refused = async (args: string[], message: RegExp) => {
      const { code, stderr } = await warmstart('benchmark', 'faces', ...args);
      expect([code, stderr.trim().split('\n').length]).toEqual([2, 1]);
      expect(stderr).toMatch(message);
    };
    await refused(['--encoder', 'hog', '--learner', 'finetune'], /trains the encoder, and features of hog are fixed/);
    await refused(['--encoder', 'vgg'], /vgg.*small, resnet18, hog/);
    await refused(['--features', 'sift'], /"sift"; known are product, scratch, random, hog, pretrained, combined/);
    await refused(['--features', 'hog', '--pretrained', 'yes'], /give one of them/);
    const pretrain = await warmstart('pretrain', 'faces', '--encoder', 'hog');
    expect([pretrain.code, pretrain.stderr]).toEqual([2, expect.stringMatching(/hog.*small, resnet18/)]);
  });
});
