// What runs on the machine with the GPU: ./gpuCheck [--device webgpu] [--images <folder>] [--seconds 480] [--tiny]
// Prints a line of JSON for each result. Parts that fail or run out of time say so in their line; the others go on.
import { spawn } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    device: { type: 'string', default: 'webgpu' },
    images: { type: 'string' },
    seconds: { type: 'string', default: '480' },
    tiny: { type: 'boolean', default: false },
  },
});
const here = dirname(fileURLToPath(import.meta.url));
const { device, tiny } = options;
const total = Number(options.seconds);
const end = Date.now() + total * 1000;
/** A driver that hangs leaves time for the other parts. */
const atMost = total / 4;

const parityChecks = tiny
  ? ['smallGradients', 'smallSteps']
  : ['smallGradients', 'resnetGradients', 'mobileGradients', 'smallSteps', 'resnetSteps', 'scoring', 'encoders'];
const BATCH = 1024; // of the preset `paper`
const EPOCHS = tiny ? 1 : 20;
const GRACE_MS = 15_000;

const workspace = await mkdtemp(join(tmpdir(), 'gpuCheck-'));
try {
  await devices();
  if (device === 'webgpu') for (const name of parityChecks) await parity(name);
  for (const workload of tiny ? ['w3'] : ['w1', 'w2', 'w3']) await throughput(workload);
  await paper();
} finally {
  await rm(workspace, { recursive: true, force: true });
}

async function devices() {
  const { stdout, trouble } = await program('cli.js', ['doctor', '--json'], atMost);
  print({ check: 'devices', ...(stdout ? lastJson(stdout) : { trouble }) });
}

/** Losses, gradients and training steps of the device beside the CPU's; encoders and scores too. */
async function parity(name) {
  const { stdout, trouble, seconds } = await program('parity.js', [name], atMost);
  print({ check: 'parity', name, seconds, ...(trouble ? { trouble } : lastJson(stdout)) });
}

async function throughput(workload) {
  const args = ['--device', device, 'perf', '--workload', workload, '--seconds', tiny ? '0.1' : '8', '--json'];
  const { stdout, trouble } = await program('cli.js', args, atMost);
  print({ check: 'throughput', device, ...(trouble ? { workload, trouble } : lastJson(stdout)[0]) });
}

/** ResNet-18 by the preset `paper` on the given images, or on drawn faces. */
async function paper() {
  const made = await dataset();
  if ('trouble' in made) return print({ check: 'paper', device, trouble: made.trouble });
  const preset = tiny ? ['--encoder', 'small'] : ['--preset', 'paper'];
  const at = ['--device', device, '--workspace', workspace, '--json'];
  const { stdout, trouble, seconds } = await program(
    'cli.js',
    [...at, 'pretrain', made.name, ...preset, '--epochs', `${EPOCHS}`],
    (end - Date.now()) / 1000 - GRACE_MS / 1000,
  );
  const about = { check: 'paper', device, wallSeconds: seconds, images: made.images };
  if (trouble) return print({ ...about, trouble, ...(await progressOf(made)) });
  const { encoder } = lastJson(stdout);
  const { epochs, steps, history } = encoder;
  const rate = (epochs * made.images) / encoder.seconds;
  print({ ...about, epochs, steps, batch: Math.min(BATCH, made.images), imagesPerSecond: rate, history });
}

async function dataset() {
  const at = ['--workspace', workspace, '--json'];
  const { images } = options;
  const args = images
    ? ['import', resolve(images), '--name', 'images']
    : ['sample', join(workspace, 'images'), '--faces', tiny ? '60' : '4096'];
  const { stdout, trouble } = await program('cli.js', [...at, ...args], atMost);
  if (trouble) return { trouble };
  const { name, directory, counts } = lastJson(stdout);
  return { name, directory, images: counts.train.images };
}

/** How far a pre-training came that was stopped: what its checkpoint says. */
async function progressOf({ directory, images }) {
  const file = await open(join(directory, '.cache/pretrain.safetensors')).catch(() => null);
  if (!file) return {};
  try {
    const { buffer } = await file.read(Buffer.alloc(8), 0, 8, 0);
    const header = Buffer.alloc(Number(buffer.readBigUInt64LE()));
    await file.read(header, 0, header.length, 8);
    const { progress } = JSON.parse(header.toString('utf8')).__metadata__;
    const { step, seconds } = JSON.parse(progress);
    const batch = Math.min(BATCH, images);
    return { steps: step, batch, imagesPerSecond: (step * batch) / seconds };
  } finally {
    await file.close();
  }
}

/** Runs a program of the archive; it is asked to stop when its time is over, and killed when it does not. */
async function program(name, args, limit) {
  const began = Date.now();
  const left = Math.min(limit * 1000, end - began - GRACE_MS);
  if (left <= 0) return { stdout: '', trouble: 'there was no time left for it', seconds: 0 };
  const libraries = [process.env.LD_LIBRARY_PATH, join(here, 'lib')].filter(Boolean).join(delimiter);
  const child = spawn(process.execPath, [join(here, 'dist', name), ...args], {
    cwd: workspace,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LD_LIBRARY_PATH: libraries },
  });
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'])
    child[stream].setEncoding('utf8').on('data', (piece) => {
      text[stream] += piece;
    });
  let isOver = false;
  const stop = setTimeout(() => {
    isOver = true;
    child.kill('SIGTERM');
  }, left);
  const kill = setTimeout(() => child.kill('SIGKILL'), left + GRACE_MS);
  const how = await new Promise((done) => {
    child.on('error', (error) => done(error.message));
    child.on('close', (code, signal) => done(signal ?? code));
  });
  clearTimeout(stop);
  clearTimeout(kill);
  const seconds = (Date.now() - began) / 1000;
  if (how === 0) return { stdout: text.stdout, trouble: null, seconds };
  const last = text.stderr.trim().split('\n').slice(-3).join(' ').slice(-500);
  const trouble = isOver ? `stopped after ${Math.round(seconds)} s` : `ended with ${how}: ${last}`;
  return { stdout: text.stdout, trouble, seconds };
}

function lastJson(stdout) {
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

function print(result) {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
