import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { benchmarkIn, numberIn, refIn } from '../../../src/extension/commands/arguments';
import type { RunningTask } from '../../../src/extension/jobs/jobRunner';
import { progressText, shareDone, shareOfWork } from '../../../src/extension/jobs/progressText';
import { statusText } from '../../../src/extension/status/statusText';
import { duration, isolated, plainLabel, plainMessage } from '../../../src/extension/text';
import { Uri, workspace } from '../../support/vscodeStub';

describe('progress', () => {
  const progress = { stage: 'Epoch 3', done: 300, total: 1200, unit: 'images', rate: 5300.4, secondsLeft: 200 };

  it('says stage, count, rate and time left', () => {
    expect(progressText(progress)).toBe('Epoch 3: 25 % · 300 of 1,200 images · 5,300 images/s · 3 min left');
    expect(progressText({ stage: 'Reading', done: 0, total: 0 })).toBe('Reading');
    expect([shareDone(progress), shareOfWork(progress)]).toEqual([0.25, 0.25]);
    expect(shareDone({ stage: '', done: 5, total: 0 })).toBeNull();
    expect(shareDone({ stage: '', done: 5, total: 4 })).toBe(1);
  });

  it('does not repeat what the title before it says', () => {
    const benchmark = { stage: 'Benchmark', done: 3, total: 12, unit: 'rounds' };
    expect(progressText(benchmark, 'Benchmark study of faces')).toBe('25 % · 3 of 12 rounds');
    expect(progressText(benchmark, 'Active round of faces')).toBe('Benchmark: 25 % · 3 of 12 rounds');
    expect(progressText({ stage: 'Predicting', done: 0, total: 0 }, 'Predicting all images')).toBe('Predicting');
  });

  it('stands in the status bar, where names mean no icons', () => {
    const task = (title: string): RunningTask => ({
      title,
      ahead: false,
      ref: null,
      job: null,
      progress,
      stop: () => {},
    });
    expect(statusText([], false).text).toContain('Warmstart');
    expect(statusText([], true).text).toContain('$(error)');
    expect(statusText([task('Training a$(bug)')], true).text).toBe('$(sync~spin) Training a\\$(bug) 25 %');
    expect(statusText([task('A'), task('B')], false).text).toBe('$(sync~spin) A 25 % (+1)');
  });

  it('tells the time left of work that has no notification', () => {
    const task: RunningTask = { title: 'A', ahead: true, ref: null, job: 'embed', progress, stop: () => {} };
    expect(statusText([task], false).text).toBe('$(sync~spin) A 25 % · 3 min left');
    expect(statusText([{ ...task, ahead: false }], false).text).toBe('$(sync~spin) A 25 %');
  });

  it('is no percentage alone while work is only prepared', () => {
    const timing = { stage: 'Timing the first steps', done: 1, total: 4 };
    const task: RunningTask = {
      title: 'Pre-training',
      ahead: false,
      ref: null,
      job: 'pretrain',
      progress: timing,
      stop: () => {},
    };
    expect(shareOfWork(timing)).toBeNull();
    expect(statusText([task], false).text).toBe('$(sync~spin) Pre-training');
    expect(progressText(timing)).toBe('Timing the first steps: 25 % · 1 of 4');
  });
});

describe('names in sentences', () => {
  it('are isolated where they are written from right to left, and only there', () => {
    for (const name of ['faces', 'été 2 – #1', '日本', '/home/ana/faces', '']) expect(isolated(name)).toBe(name);
    for (const name of ['פנים', 'faces وجوه', 'ߊ', '\u{1e900}', 'x\u202ey'])
      expect(isolated(name)).toBe(`\u2068${name}\u2069`);
    // what would end the isolation, or go on after it, is left out
    expect(isolated('a\u2069פ\u2067')).toBe('\u2068aפ\u2069');
  });

  it('are isolated wherever the extension makes a sentence', () => {
    const calls = sources().flatMap((text) => text.match(/l10n\.t\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/g) ?? []);
    const bare = calls.map((call) =>
      call.replace(/'[^']*'|"[^"]*"/g, '').replace(/isolated\((?:[^()]|\([^()]*\))*\)/g, ''),
    );
    expect(calls.filter((call) => call.includes('isolated(')).length).toBeGreaterThan(30);
    expect(bare.filter((call) => /ref\.name|\.dataset\b|fsPath|basename|\b(image|path|label)\b/.test(call))).toEqual(
      [],
    );
  });
});

/** Source of the extension, file by file. */
function sources(): string[] {
  const root = join(import.meta.dirname, '../../../src/extension');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.map((file) => readFileSync(join(root, file), 'utf8'));
}

describe('text', () => {
  it('tells times as people do', () => {
    expect([3.2, 89, 91, 3600, 6000].map(duration)).toEqual(['3 s', '89 s', '2 min', '60 min', '1 h 40 min']);
  });

  it('takes the meaning from names', () => {
    expect(plainLabel('a $(trash) b')).toBe('a \\$(trash) b');
    expect(plainMessage('[click](command:x)')).toBe('[click] (command:x)');
  });
});

describe('arguments of commands', () => {
  const ref = { workspace: '/w', name: 'faces', directory: join('/w', 'warmstart', 'faces') };
  const uri = (path: string) => Uri.file(path) as unknown;

  afterEach(() => {
    workspace.workspaceFolders = [];
  });

  it('name a dataset by itself, by a tree item, or by a file in it', () => {
    workspace.workspaceFolders = [{ name: 'w', uri: Uri.file('/w') }];
    expect(refIn(ref)).toEqual(ref);
    expect(refIn({ kind: 'round', ref, round: 3 })).toEqual(ref);
    expect(refIn(uri('/w/warmstart/faces/results/0001.json'))).toEqual(ref);
    for (const other of [undefined, null, 3, {}, uri('/w/a.json'), uri('/other/warmstart/faces/x.json')])
      expect(refIn(other)).toBeUndefined();
  });

  it('name a benchmark by a tree item or by its report', () => {
    workspace.workspaceFolders = [{ name: 'w', uri: Uri.file('/w') }];
    expect(benchmarkIn({ ref, benchmark: 'study' })).toBe('study');
    expect(benchmarkIn(uri('/w/warmstart/faces/benchmarks/study/report.json'))).toBe('study');
    expect(benchmarkIn(uri('/w/warmstart/faces/results/0001.json'))).toBeUndefined();
  });

  it('carry numbers, and only numbers', () => {
    expect([numberIn({ round: 3 }, 'round'), numberIn({ round: 'x' }, 'round'), numberIn(null, 'round')]).toEqual([
      3,
      undefined,
      undefined,
    ]);
  });
});
