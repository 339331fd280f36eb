// How long the engine takes to start, and to save a label in a dataset of 100,000 images: node test/perf/engine.mjs
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const IMAGES = 100_000;
const SAVES = 200;
const STARTS = 10;

const hex = (text) => createHash('sha256').update(text).digest('hex');
const round = (ms) => Math.round(ms * 10) / 10;
const quantile = (values, q) => round([...values].sort((a, b) => a - b)[Math.floor(q * (values.length - 1))]);

/** Everything of an imported dataset but the image files, which saving a label never touches. */
function writeDataset(workspace) {
  const directory = join(workspace, 'warmstart', 'many');
  mkdirSync(join(directory, '.cache'), { recursive: true });
  const classes = ['angry', 'disgust', 'fear', 'happy', 'neutral', 'sad', 'surprise'];
  const ids = Array.from({ length: IMAGES }, (_, i) => `train/face-${String(i).padStart(6, '0')}.png`);
  const [images, labels] = [createHash('sha256'), createHash('sha256')];
  const lines = ids.map((id, i) => {
    images.update(`${id}\0${hex(String(i))}\0`);
    labels.update(`${id}\0train\0\0`);
    return JSON.stringify([id, 'train', null, hex(String(i))]);
  });
  const image = { channels: 1, height: 1, width: 1 };
  const head = `{"schema": 1, "image": ${JSON.stringify(image)}, "images": [`;
  writeFileSync(join(directory, '.cache/index.json'), `${head}\n${lines.join(',\n')}\n]}\n`);
  writeFileSync(join(directory, '.cache/pixels.u8'), Buffer.alloc(IMAGES));
  const file = {
    ...{ schema: 1, name: 'many', layout: 'folders', root: '../../images', classes, image },
    ...{ split: { train: IMAGES, test: 0 }, digest: images.digest('hex'), labelDigest: labels.digest('hex') },
    ...{ normalisation: { mean: [0.5], std: [0.2] }, broken: [], createdBy: 'test/perf/engine.mjs' },
    duplicates: { groups: 0, copies: 0, leaks: 0, conflicts: 0 },
  };
  writeFileSync(join(directory, 'dataset.json'), JSON.stringify(file));
  return ids;
}

function engine() {
  const child = fork(program, [], { execArgv: [] });
  const waiting = new Map();
  child.on('message', (/** @type {any} */ { id, result, error }) => {
    const { resolve, reject } = waiting.get(id);
    if (error) reject(new Error(error.message));
    else resolve(result);
  });
  const ask = (method, params) =>
    new Promise((resolve, reject) => {
      const id = waiting.size + 1;
      waiting.set(id, { resolve, reject });
      child.send({ jsonrpc: '2.0', id, method, params });
    });
  const end = () =>
    new Promise((resolve) => {
      child.once('exit', resolve);
      child.disconnect();
    });
  return { ask, end, greet: () => ask('handshake', { protocol: 1, version: 'perf' }) };
}

const print = (figures) => console.log(JSON.stringify(figures));

const starts = [];
for (let i = 0; i < STARTS; i++) {
  const started = performance.now();
  const { greet, end } = engine();
  await greet();
  starts.push(performance.now() - started);
  await end();
}
print({ what: 'engine start to handshake, ms', p50: quantile(starts, 0.5), best: quantile(starts, 0) });

const workspace = mkdtempSync(join(tmpdir(), 'warmstart-perf-'));
try {
  const ids = writeDataset(workspace);
  const answer = { label: 'happy', at: '2026-01-31T12:00:00.000Z', seconds: 1.2 };
  const request = (images) => ({
    ...{ workspace, dataset: 'many', annotator: 'perf', overwrite: false },
    additions: images.map((image) => ({ image, entry: answer })),
  });
  let next = 0;
  for (const labels of [1_000, 10_000]) {
    const { ask, greet, end } = engine();
    await greet();
    const before = performance.now();
    const fill = labels - next;
    await ask('labels/add', request(ids.slice(next, labels)));
    next = labels;
    const first = performance.now() - before;
    const times = [];
    for (let i = 0; i < SAVES; i++) {
      const started = performance.now();
      await ask('labels/add', request([ids[next++]]));
      times.push(performance.now() - started);
    }
    print({
      what: `label saved among ${labels} in ${IMAGES} images, ms`,
      ...{ p50: quantile(times, 0.5), p95: quantile(times, 0.95), best: quantile(times, 0) },
      first: `${round(first)} (${fill} answers${labels === 1_000 ? ', list of images checked' : ''})`,
    });
    await end();
  }
} finally {
  rmSync(workspace, { recursive: true, force: true });
}
