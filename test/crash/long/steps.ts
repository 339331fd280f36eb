import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../support/commandLine';
import { writeImages } from '../../support/pictures';

export const DATASET = 'faces';

/** One command, and what a person does before it. */
export interface Step {
  readonly name: string;
  readonly args: (folder: string) => readonly string[];
  readonly before?: (folder: string) => Promise<void>;
}

/** A step, and copies of the folder before it and after it, as they are when nothing interferes. */
export interface Station extends Step {
  readonly from: string;
  readonly to: string;
  /** Milliseconds that the command took. */
  readonly took: number;
}

const csv = (name: string, rows: readonly string[]) => (folder: string) =>
  writeFile(join(folder, name), `image,label\n${rows.join('\n')}\n`);
const rows = (label: string, from: number, to: number, said = label) =>
  Array.from({ length: to - from }, (_, i) => `train/${label}/train-${from + i}.png,${said}`);

/** The loop of a small dataset, every command that writes something among its steps. */
const steps: readonly Step[] = [
  { name: 'import', args: (folder) => ['import', join(folder, DATASET)] },
  { name: 'pretrain', args: () => ['pretrain', DATASET, '--epochs', '4'] },
  { name: 'encoder', args: () => ['encoder', 'use', DATASET, 'combined'] },
  { name: 'query', args: () => ['query', DATASET, '--budget', '6', '--strategy', 'coreset'] },
  { name: 'oracle', args: () => ['label', DATASET, '--oracle'] },
  {
    name: 'label',
    before: csv('anna.csv', [...rows('a', 0, 6), ...rows('b', 0, 6, 'c')]),
    args: (folder) => ['label', DATASET, '--from', join(folder, 'anna.csv'), '--annotator', 'anna'],
  },
  {
    name: 'label by another',
    before: csv('ben.csv', [...rows('b', 0, 4), ...rows('c', 0, 4)]),
    args: (folder) => ['label', DATASET, '--from', join(folder, 'ben.csv'), '--annotator', 'ben'],
  },
  { name: 'settle', args: () => ['settle', DATASET, '--answer-of', 'ben', '--annotator', 'anna'] },
  { name: 'train', args: () => ['train', DATASET, '--learner', 'probe'] },
  { name: 'finetune', args: () => ['train', DATASET, '--learner', 'finetune'] },
  { name: 'predict', args: () => ['predict', DATASET] },
  { name: 'export labels', args: () => ['export', DATASET] },
  { name: 'export model', args: () => ['export', DATASET, '--what', 'model'] },
  { name: 'class rename', args: () => ['class', 'rename', DATASET, 'c', 'content'] },
  { name: 'class merge', args: () => ['class', 'merge', DATASET, 'content', '--into', 'b'] },
  {
    name: 'import again',
    before: (folder) =>
      cp(join(folder, DATASET, 'test', 'a'), join(folder, DATASET, 'train', 'b'), { recursive: true }),
    args: (folder) => ['import', join(folder, DATASET)],
  },
  { name: 'query badge', args: () => ['query', DATASET, '--budget', '4', '--strategy', 'badge'] },
  {
    name: 'benchmark',
    args: () => [
      ...['benchmark', DATASET, '--strategies', 'coreset', '--features', 'hog', '--initial', '4', '--budget', '4'],
      ...['--cycles', '2', '--seeds', '2', '--learner', 'probe'],
    ],
  },
];

/** A command line in a folder of images. */
export const inFolder = (folder: string, step: Step): string[] => ['--workspace', folder, ...step.args(folder)];

export const directoryIn = (folder: string): string => join(folder, 'warmstart', DATASET);

/** Names of steps that are looked at alone, to find out more of one. */
const only = process.env.WARMSTART_CRASH_STEPS?.split(',');

/** Walks through all steps once, and keeps the folder before and after each below `root`. */
export async function walk(root: string): Promise<Station[]> {
  const folder = join(root, 'straight');
  await writeImages(join(folder, DATASET), { classes: ['a', 'b', 'c'], train: 12, test: 2 });
  const stations: Station[] = [];
  for (const [i, step] of steps.entries()) {
    await step.before?.(folder);
    const [from, to] = [join(root, `${i} before`), join(root, `${i} after`)];
    await copyFolder(folder, from);
    const begun = performance.now();
    const { code, stderr } = await run(inFolder(folder, step));
    if (code !== 0) throw new Error(`${step.name}: ${stderr}`);
    const took = performance.now() - begun;
    await copyFolder(folder, to);
    if (!only || only.includes(step.name)) stations.push({ ...step, from, to, took });
  }
  return stations;
}

/** What is kept of a file besides its name counts too: caches know files by their times. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await cp(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}
