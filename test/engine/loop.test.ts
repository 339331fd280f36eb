import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BusyThroughput } from '../../src/engine/perf/busy';
import { readNpy } from '../../src/engine/store/npy';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { type ImageFolder, writeImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';
import { waitFor } from '../support/waitFor';
import { expectExportedModel } from './exportedModel';

const classes = ['angry', 'happy', 'sad'];
const images: ImageFolder = { classes, train: 20, test: 8 };

beforeAll(ensureBuilt);

async function workspace(of: ImageFolder = images): Promise<(...args: string[]) => ReturnType<typeof run>> {
  const folder = await temporaryFolder();
  await writeImages(join(folder, 'faces'), of);
  return (...args) => run(['--workspace', folder, '--json', ...args], { cwd: folder });
}

const folderOf = async (warmstart: Awaited<ReturnType<typeof workspace>>) =>
  (await warmstart('import', 'faces')).json<{ directory: string }>().directory;

describe('from a folder of images to results', () => {
  it('runs every command, and every command called twice does nothing twice', async () => {
    const warmstart = await workspace();
    const imported = (await warmstart('import', 'faces')).json<{ directory: string; counts: { train: object } }>();
    expect(imported.counts.train).toMatchObject({ images: 60, perClass: [20, 20, 20] });
    expect((await warmstart('import', 'faces')).json()).toMatchObject({ alreadyImported: true });

    expect((await warmstart('pretrain', 'faces', '--epochs', '2')).json()).toMatchObject({ trained: true });
    expect((await warmstart('pretrain', 'faces', '--epochs', '2')).json()).toMatchObject({ trained: false });
    expect((await warmstart('encoder', 'use', 'faces', 'combined')).json()).toMatchObject({ use: 'combined' });

    const asked = await warmstart('query', 'faces', '--budget', '9');
    const { round } = asked.json<{ round: { picks: object[]; encoder: object } }>();
    expect(round.picks).toHaveLength(9);
    // so short a pre-training teaches next to nothing, so rounds begin with HOG
    expect(round.encoder).toMatchObject({ pretrained: false, descriptor: 'hog' });
    expect((await warmstart('query', 'faces', '--budget', '9')).json()).toEqual({
      round: null,
      note: expect.stringMatching(/9 of 9 images without an answer/),
      waiting: { rounds: [1], unanswered: 9, asked: 9 },
    });

    expect((await warmstart('label', 'faces', '--oracle')).json()).toMatchObject({ added: 9, left: 0 });
    expect((await warmstart('label', 'faces', '--oracle')).json()).toMatchObject({ added: 0 });

    const trained = (await warmstart('train', 'faces')).json<{ trained: boolean; results: { labelled: number } }>();
    expect(trained).toMatchObject({ trained: true, results: { labelled: 9, round: 1, estimate: false } });
    expect((await warmstart('train', 'faces')).json()).toMatchObject({ trained: false, results: trained.results });

    const second = await warmstart('query', 'faces', '--strategy', 'badge', '--budget', '6');
    expect(second.json()).toMatchObject({ round: { round: 2, strategy: 'badge', labelled: 9, pool: 51 } });

    const csv = join(imported.directory, 'labels.csv');
    expect((await warmstart('export', 'faces', '--what', 'labels', '--format', 'csv', '--out', csv)).code).toBe(0);
    expect((await readFile(csv, 'utf8')).trim().split('\n')).toHaveLength(10);
    await expectExportedModel(warmstart, imported.directory, 2); // a probe on encoder and HOG
    const features = join(imported.directory, 'features.npy');
    const widths: number[] = [];
    for (const encoder of [[], ['--encoder', 'hog'], ['--encoder', 'combined']]) {
      await warmstart('export', 'faces', '--what', 'features', '--out', features, ...encoder);
      widths.push((await readNpy(features)).shape[1]);
    }
    expect(widths[0]).toBe(256 * 9); // the encoder alone, nine places
    expect(widths[2]).toBe(widths[0] + widths[1]);
    expect((await warmstart('train', 'faces', '--learner', 'finetune')).code).toBe(0);
    await expectExportedModel(warmstart, imported.directory, 2);
  });

  it('reads an encoder over another grid without training it anew, and looks at mirrored images or not', async () => {
    const warmstart = await workspace();
    const directory = await folderOf(warmstart);
    const pretrain = (...args: string[]) => warmstart('pretrain', 'faces', '--epochs', '1', ...args);
    const refused = await pretrain('--grid', '5');
    expect([refused.code, refused.stderr.trim()]).toEqual([
      2,
      'A grid has 1, 2 or 3 places along each side, not 5; give one of these as --grid.',
    ]);
    const encoder = async () => JSON.parse(await readFile(join(directory, 'models/encoder.json'), 'utf8'));
    expect((await pretrain()).json()).toMatchObject({ trained: true, encoder: { grid: 3 } });
    const weights = await readFile(join(directory, 'models/encoder.safetensors'));
    const { grid: _, health, ...first } = await encoder();
    expect((await pretrain('--grid', '1')).json()).toMatchObject({ trained: false });
    const { health: whole, ...second } = await encoder();
    expect(second).toEqual(first);
    expect(whole.effectiveRank).not.toBeCloseTo(health.effectiveRank, 3);
    expect((await readFile(join(directory, 'models/encoder.safetensors'))).equals(weights)).toBe(true);
    expect((await pretrain('--grid', '2')).json()).toMatchObject({ trained: false, encoder: { grid: 2 } });

    const rows = async (mirror: string) => {
      const used = await warmstart('encoder', 'use', 'faces', 'pretrained', mirror);
      expect(used.json()).toMatchObject({ mirrored: mirror === '--mirror' });
      expect((await warmstart('encoder', 'list', 'faces')).json()).toMatchObject({ mirrored: mirror === '--mirror' });
      const out = join(directory, `${mirror}.npy`);
      await warmstart('export', 'faces', '--what', 'features', '--out', out);
      return readNpy(out);
    };
    const [both, one] = [await rows('--mirror'), await rows('--no-mirror')];
    expect([both.shape[1], one.shape[1]]).toEqual([4 * 256, 4 * 256]);
    expect(both.data).not.toEqual(one.data);
    // what was said of mirrored images outlives the choice of another encoder
    expect((await warmstart('encoder', 'use', 'faces', 'hog')).json()).toMatchObject({ mirrored: false });
  });

  it('writes the same round for the same seed, byte for byte', async () => {
    const [one, two] = [await workspace(), await workspace()];
    const files: string[] = [];
    for (const warmstart of [one, two]) {
      const directory = await folderOf(warmstart);
      await warmstart('query', 'faces', '--budget', '5', '--strategy', 'random', '--seed', '4');
      files.push(await readFile(join(directory, 'rounds/0001.json'), 'utf8'));
    }
    expect(files[1]).toBe(files[0]);
  });

  it('takes what the pool holds when the budget is larger, and says so', async () => {
    const warmstart = await workspace({ classes: ['a', 'b'], train: 4, test: 2 });
    await warmstart('import', 'faces');
    const { code, stdout } = await warmstart('query', 'faces', '--budget', '100', '--strategy', 'random');
    expect(code).toBe(0);
    const asked = JSON.parse(stdout) as { round: { picks: object[] }; note: string };
    expect(asked.round.picks).toHaveLength(8);
    expect(asked.note).toMatch(/only 8 images of the 100/);
  });

  it('learns without labels: moving the images between class folders leaves the encoder bit-identical', async () => {
    const encoders: Buffer[] = [];
    for (const mixed of [false, true]) {
      const folder = await temporaryFolder();
      await writeImages(join(folder, 'faces'), { classes: ['a', 'b'], train: 10, test: 2 });
      const train = join(folder, 'faces/train');
      if (mixed)
        for (const name of ['train-0.png', 'train-3.png', 'train-7.png']) {
          const [a, b] = await Promise.all(['a', 'b'].map((label) => readFile(join(train, label, name))));
          await writeFile(join(train, 'a', name), b!);
          await writeFile(join(train, 'b', name), a!);
        }
      const warmstart = (...args: string[]) => run(['--workspace', folder, '--json', ...args], { cwd: folder });
      const directory = (await warmstart('import', 'faces')).json<{ directory: string }>().directory;
      await warmstart('pretrain', 'faces', '--epochs', '2');
      encoders.push(await readFile(join(directory, 'models/encoder.safetensors')));
    }
    const weights = (file: Buffer) => file.subarray(8 + Number(file.readBigUInt64LE(0)));
    expect(weights(encoders[1]!).equals(weights(encoders[0]!))).toBe(true);
  });

  it('goes on from workspace files alone after the cache is deleted', async () => {
    const warmstart = await workspace();
    const directory = await folderOf(warmstart);
    await warmstart('query', 'faces', '--budget', '6', '--strategy', 'random');
    await warmstart('label', 'faces', '--oracle');
    await rm(join(directory, '.cache'), { recursive: true });
    expect((await warmstart('train', 'faces', '--learner', 'probe')).json()).toMatchObject({ trained: true });
    expect(existsSync(join(directory, '.cache/.gitignore'))).toBe(true);
  });
});

describe('label --from', () => {
  it('reads a csv file, never overwrites an answer unless told, and shows disagreement', async () => {
    const warmstart = await workspace();
    const directory = await folderOf(warmstart);
    const csv = join(directory, 'mine.csv');
    await writeFile(csv, 'image,label\ntrain/angry/train-0.png,happy\ntrain/sad/train-1.png,sad\n');
    const first = await warmstart('label', 'faces', '--from', csv, '--annotator', 'ann');
    expect(first.json()).toMatchObject({ added: 2 });
    await writeFile(csv, 'image,label\ntrain/angry/train-0.png,angry\n');
    const path = join(directory, 'labels/ann.jsonl');
    const before = await readFile(path, 'utf8');
    await warmstart('label', 'faces', '--from', csv, '--annotator', 'ann');
    expect(await readFile(path, 'utf8')).toBe(before);
    const other = await warmstart('label', 'faces', '--from', csv, '--annotator', 'ben');
    expect(other.json()).toMatchObject({ added: 1, conflicts: 1 });
    await warmstart('label', 'faces', '--from', csv, '--annotator', 'ann', '--overwrite');
    expect(await readFile(path, 'utf8')).toMatch(/"train\/angry\/train-0.png", "label": "angry"/);
  });
});

describe('benchmark', () => {
  const flags = ['--strategies', 'random,maxHerding,margin', '--initial', '6', '--budget', '6', '--cycles', '2'];

  it('compares with and without pre-training, resumes, and writes report and curve', async () => {
    const warmstart = await workspace();
    const directory = await folderOf(warmstart);
    await warmstart('pretrain', 'faces', '--epochs', '2');
    const study = ['benchmark', 'faces', ...flags, '--seeds', '2', '--learner', 'probe'];
    const first = await warmstart(...study);
    expect(first.stderr).toBe('');
    const outcome = first.json<{ folder: string; reused: number; report: { cells: { points: object[] }[] } }>();
    expect(outcome.reused).toBe(0);
    expect(outcome.report.cells).toHaveLength(18);
    for (const cell of outcome.report.cells) expect(cell.points).toHaveLength(2);
    expect((await readdir(outcome.folder)).sort()).toEqual([
      ...[
        'cells',
        'curve.svg',
        'profile-not-pretrained.svg',
        'profile-pretrained.svg',
        'profile-product.svg',
        'report.json',
        'report.md',
      ],
    ]);
    expect(await readFile(join(outcome.folder, 'curve.svg'), 'utf8')).toMatch(/^<svg/);

    const cells = (await readdir(join(outcome.folder, 'cells'))).sort();
    await rm(join(outcome.folder, 'cells', cells[0]!));
    const before = await readFile(join(outcome.folder, 'report.json'), 'utf8');
    const again = (await warmstart(...study)).json<{ reused: number }>();
    expect(again.reused).toBe(17);
    const accuracies = (text: string) => JSON.parse(text).summary.map((s: { aubc: object }) => s.aubc);
    expect(accuracies(await readFile(join(directory, 'benchmarks/benchmark/report.json'), 'utf8'))).toEqual(
      accuracies(before),
    );
  });

  it('pairs seeds: every strategy starts from the same images', async () => {
    const warmstart = await workspace();
    const { folder } = (
      await warmstart('benchmark', 'faces', ...flags, '--seeds', '1', '--pretrained', 'no', '--learner', 'probe')
    ).json<{ folder: string }>();
    const starts = new Set<string>();
    for (const name of await readdir(join(folder, 'cells'))) {
      const cell = JSON.parse(await readFile(join(folder, 'cells', name), 'utf8')) as { rounds: { picks: string[] }[] };
      starts.add(JSON.stringify(cell.rounds[0]!.picks));
    }
    expect(starts.size).toBe(1);
  });
});

describe('select', () => {
  it('runs a strategy on arrays of the user', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'input.json');
    const probabilities = [
      [0.9, 0.1],
      [0.5, 0.5],
      [0.7, 0.3],
    ];
    await writeFile(path, JSON.stringify({ strategy: 'margin', k: 2, seed: 0, probabilities }));
    expect((await run(['select', '--input', path, '--json'])).json()).toMatchObject({ selected: [1, 2] });
  });
});

/** What runs of the programs that the workload busy starts; on Linux. */
const busyPrograms = () =>
  readdirSync('/proc').filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('setImmediate(work)');
    } catch {
      return false; // no process, or gone meanwhile
    }
  });

describe('doctor and perf', () => {
  it('doctor finds everything that is needed', async () => {
    const { code, stdout } = await run(['doctor', '--json', '--workspace', await temporaryFolder()]);
    expect(code).toBe(0);
    const { findings } = JSON.parse(stdout) as { findings: { what: string; state: string }[] };
    expect(findings.filter(({ state }) => state === 'problem')).toEqual([]);
    expect(findings.map(({ what }) => what)).toContain('ONNX Runtime on the CPU (onnx-cpu)');
  });

  it('perf measures a training step beside six other programs, which end with it', async () => {
    const { stdout } = await run(['perf', '--workload', 'busy', '--seconds', '0.1', '--replicas', '2']);
    const { fair_images_per_second: fair, ...measured } = JSON.parse(stdout) as BusyThroughput;
    expect(measured).toMatchObject({ workload: 'busy', of: 'w3', replicas: 2, others: 6 });
    expect(fair).toBeLessThan(measured.quiet_images_per_second);
    expect(measured.of_fair_share).toBeCloseTo(measured.images_per_second / fair, 1);
    if (process.platform === 'linux') await waitFor('they have ended', () => busyPrograms().length === 0);
  });

  it('perf prints a JSON line for each workload', async () => {
    const { stdout } = await run(['perf', '--workload', 'w3', '--seconds', '0.1']);
    expect(JSON.parse(stdout)).toMatchObject({ workload: 'w3', images_per_second: expect.any(Number) });
  });

  it('perf measures a selection in a process of its own', async () => {
    const measured = await run(['perf', '--workload', 'select', '--strategies', 'margin,coreset', '--json']);
    const size = { workload: 'select', pool: 25839, labelled: 2870, budget: 1435, features: 512 };
    const number = expect.any(Number) as number;
    const figures = { seconds: number, cpu_seconds: number, peak_mb: number, process_mb: number };
    expect(measured.json()).toEqual(
      ['margin', 'coreset'].map((strategy) => ({ ...size, strategy, threads: expect.any(Number), ...figures })),
    );
    const [margin, coreset] = measured.json() as { cpu_seconds: number; peak_mb: number }[];
    expect(coreset.cpu_seconds).toBeGreaterThan(margin.cpu_seconds);
    expect(coreset.peak_mb).toBeGreaterThan(0);
    const rows = await run(['perf', '--workload', 'select', '--strategies', 'badge', '--rows', '3000', '--json']);
    expect(rows.json()).toMatchObject([{ strategy: 'badge', pool: 3000, labelled: 1000, budget: 1000, features: 256 }]);
    const wrong = await run(['perf', '--workload', 'select', '--strategies', 'margins']);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('There is no strategy "margins"')]);
  });
});
