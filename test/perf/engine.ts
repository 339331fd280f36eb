import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROTOCOL_VERSION } from '../../src/shared/protocol/engine';
import { datasetFile } from '../support/datasetFiles';
import { projectFolder } from '../support/folders';
import { quantile } from './quantile';

const IMAGES = 101_000;
const SAVES = 200;
const STARTS = 10;
/** Presses, and on how many images each. */
const PRESSES = 20;
const PRESSED = 200;

const hex = (text: string): string => createHash('sha256').update(text).digest('hex');
const round = (ms: number): number => Math.round(ms * 10) / 10;
const roundedQuantile = (values: readonly number[], share: number): number => round(quantile(values, share));

/** Everything of an imported dataset but the image files, which saving a label never touches. Ids of the images. */
function writeDataset(workspace: string): string[] {
  const directory = join(workspace, 'warmstart', 'many');
  mkdirSync(join(directory, '.cache'), { recursive: true });
  const ids = Array.from({ length: IMAGES }, (_, i) => `train/face-${String(i).padStart(6, '0')}.png`);
  const [images, labels] = [createHash('sha256'), createHash('sha256')];
  const lines = ids.map((id, i) => {
    images.update(`${id}\0${hex(String(i))}\0`);
    labels.update(`${id}\0train\0\0`);
    return JSON.stringify([id, 'train', null, hex(String(i))]);
  });
  const image = { channels: 1 as const, height: 1, width: 1 };
  const head = `{"schema": 1, "image": ${JSON.stringify(image)}, "images": [`;
  writeFileSync(join(directory, '.cache/index.json'), `${head}\n${lines.join(',\n')}\n]}\n`);
  writeFileSync(join(directory, '.cache/pixels.u8'), Buffer.alloc(IMAGES));
  const file = datasetFile({
    name: 'many',
    root: '../../images',
    classes: ['angry', 'disgust', 'fear', 'happy', 'neutral', 'sad', 'surprise'],
    image,
    split: { train: IMAGES, test: 0 },
    digest: images.digest('hex'),
    labelDigest: labels.digest('hex'),
  });
  writeFileSync(join(directory, 'dataset.json'), JSON.stringify(file));
  return ids;
}

interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

function startEngine() {
  const child = fork(join(projectFolder, 'dist', 'main.js'), [], { execArgv: [] });
  const waiting = new Map<number, (reply: Reply) => void>();
  child.on('message', (reply: Reply) => waiting.get(reply.id)?.(reply));
  const ask = (method: string, params: unknown) =>
    new Promise<unknown>((resolve, reject) => {
      const id = waiting.size + 1;
      waiting.set(id, ({ result, error }) => (error ? reject(new Error(error.message)) : resolve(result)));
      child.send({ jsonrpc: '2.0', id, method, params });
    });
  const end = () =>
    new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.disconnect();
    });
  return { ask, end, greet: () => ask('handshake', { protocol: PROTOCOL_VERSION, version: 'perf' }) };
}

const ENTRY = { label: 'happy', at: '2026-01-31T12:00:00.000Z', seconds: 1.2 };

const requestFor = (workspace: string, annotator: string, images: readonly string[]) => ({
  workspace,
  dataset: 'many',
  annotator,
  overwrite: false,
  additions: images.map((image) => ({ image, entry: ENTRY })),
});

const print = (figures: object): void => console.log(JSON.stringify(figures));

async function measureStart(): Promise<void> {
  const starts: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    const started = performance.now();
    const { greet, end } = startEngine();
    await greet();
    starts.push(performance.now() - started);
    await end();
  }
  print({ what: 'engine start to handshake, ms', p50: roundedQuantile(starts, 0.5), best: roundedQuantile(starts, 0) });
}

async function measureSaving(workspace: string): Promise<void> {
  const ids = writeDataset(workspace);
  const request = (images: readonly string[]) => requestFor(workspace, 'perf', images);
  let next = 0;
  for (const labels of [1_000, 10_000, 100_000]) {
    const { ask, greet, end } = startEngine();
    await greet();
    const before = performance.now();
    const fill = labels - next;
    await ask('labels/add', request(ids.slice(next, labels)));
    next = labels;
    const first = performance.now() - before;
    const times: number[] = [];
    for (let i = 0; i < SAVES; i++) {
      const started = performance.now();
      await ask('labels/add', request(ids.slice(next, next + 1)));
      next++;
      times.push(performance.now() - started);
    }
    print({
      what: `label saved among ${labels} in ${IMAGES} images, ms`,
      p50: roundedQuantile(times, 0.5),
      p95: roundedQuantile(times, 0.95),
      best: roundedQuantile(times, 0),
      first: `${round(first)} (${fill} answers${labels === 1_000 ? ', list of images checked' : ''})`,
    });
    await end();
  }
}

/** A press on many images at once, from the request of the window until its lines are on the disk. */
async function measurePress(workspace: string): Promise<void> {
  const ids = writeDataset(workspace);
  const { ask, greet, end } = startEngine();
  await greet();
  const add = (images: readonly string[]) => ask('labels/add', requestFor(workspace, 'press', images));
  await add(ids.slice(0, 1));
  const times: number[] = [];
  for (let i = 0; i < PRESSES; i++) {
    const started = performance.now();
    await add(ids.slice(1 + i * PRESSED, 1 + (i + 1) * PRESSED));
    times.push(performance.now() - started);
  }
  print({
    what: `${PRESSED} images pressed at once in ${IMAGES} images, ms`,
    p50: roundedQuantile(times, 0.5),
    p95: roundedQuantile(times, 0.95),
    worst: roundedQuantile(times, 1),
  });
  await end();
}

/** The first answer where an earlier version left many: its file is taken over. How long another request waits meanwhile is measured too. */
async function measureTakingOver(workspace: string): Promise<void> {
  const ids = writeDataset(workspace);
  const folder = join(workspace, 'warmstart', 'many', 'labels');
  mkdirSync(folder, { recursive: true });
  const lines = ids.slice(0, 100_000).map((id) => `    "${id}": ${JSON.stringify(ENTRY)}`);
  writeFileSync(join(folder, 'earlier.json'), `{\n  "schema": 1,\n  "labels": {\n${lines.join(',\n')}\n  }\n}\n`);
  const { ask, greet, end } = startEngine();
  await greet();
  await ask('labels/add', requestFor(workspace, 'other', ids.slice(0, 1)));
  const started = performance.now();
  let longest = 0;
  let isDone = false;
  const saved = ask('labels/add', requestFor(workspace, 'earlier', ids.slice(100_000, 100_001))).then(() => {
    isDone = true;
  });
  while (!isDone) {
    const asked = performance.now();
    await ask('labels/remove', { ...requestFor(workspace, 'nobody', []), images: [] });
    longest = Math.max(longest, performance.now() - asked);
  }
  await saved;
  print({
    what: 'first answer beside 100000 of an earlier version, ms',
    all: round(performance.now() - started),
    'another request waited at most': round(longest),
  });
  await end();
}

async function main(): Promise<void> {
  await measureStart();
  const workspace = mkdtempSync(join(tmpdir(), 'warmstart-perf-'));
  try {
    await measureSaving(workspace);
    rmSync(join(workspace, 'warmstart'), { recursive: true });
    await measurePress(workspace);
    await measureTakingOver(workspace);
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
