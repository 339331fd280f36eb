import { access, constants } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { textTable } from '../commandLine/textTable';
import type { Job } from '../job';
import { throwIfCancelled } from '../job';
import { cpuName, cudaDevice } from '../runtime/findDevices';
import { threadCount } from '../runtime/threads';

/** One thing that was looked at. */
export interface Finding {
  readonly what: string;
  /** `missing` is fine for what is optional; a `problem` stops something from working. */
  readonly state: 'ok' | 'missing' | 'problem';
  readonly detail: string;
  /** What to do about it. */
  readonly advice?: string;
}

export interface DoctorReport {
  readonly device: string;
  readonly findings: readonly Finding[];
}

const OLDEST_NODE = 20;
const LEAST_MEMORY_GB = 4;

/** Looks at everything that the engine needs, and at what it can use; never throws because something is missing. */
export async function doctor({ workspace }: { readonly workspace: string }, job: Job): Promise<DoctorReport> {
  const checks: [string, () => Promise<Finding>][] = [
    ['Node', async () => node()],
    ['Memory', async () => memory()],
    ['Image decoding', imageDecoding],
    ['ONNX Runtime', () => training(job)],
    [cudaDevice().name, async () => tensorflow()],
    ['Workspace', () => folder(workspace)],
  ];
  const findings: Finding[] = [];
  for (const [i, [what, check]] of checks.entries()) {
    throwIfCancelled(job);
    job.report({ stage: `Looking at ${what}`, done: i, total: checks.length });
    findings.push(
      await check().catch((error: Error) => ({
        what,
        state: 'problem' as const,
        detail: error.message.split('\n')[0] ?? 'failed',
        advice: `Reinstall Warmstart for ${process.platform}-${process.arch} (npm ci).`,
      })),
    );
  }
  return { device: cpuName(), findings };
}

function node(): Finding {
  const detail = `${process.version} on ${process.platform}-${process.arch}`;
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= OLDEST_NODE) return { what: 'Node', state: 'ok', detail };
  return { what: 'Node', state: 'problem', detail, advice: `Install Node ${OLDEST_NODE} or newer.` };
}

function memory(): Finding {
  const [free, total] = [freemem(), totalmem()].map((bytes) => bytes / 2 ** 30);
  const detail = `${free.toFixed(1)} of ${total.toFixed(1)} GiB free, ${availableParallelism()} threads`;
  if (total >= LEAST_MEMORY_GB) return { what: 'Memory', state: 'ok', detail };
  const advice = `Pre-training wants a machine with ${LEAST_MEMORY_GB} GiB; use smaller images (import --image-size).`;
  return { what: 'Memory', state: 'problem', detail, advice };
}

/** Encodes and decodes a picture. */
async function imageDecoding(): Promise<Finding> {
  const { default: sharp } = await import('sharp');
  const create = { width: 8, height: 8, channels: 3, background: '#808080' } as const;
  const png = await sharp({ create }).png().toBuffer();
  const { data } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  if (data[0] !== 128) throw new Error('sharp decodes a grey picture wrongly');
  return {
    what: 'Image decoding',
    state: 'ok',
    detail: `sharp ${sharp.versions.sharp ?? ''}, libvips ${sharp.versions.vips}`,
  };
}

/** Loads the runtime and measures a second of training, so that the figure is this machine's. */
async function training(job: Job): Promise<Finding> {
  const { env, listSupportedBackends } = await import('onnxruntime-node');
  const backends = listSupportedBackends().filter((backend) => backend.bundled);
  const { measure } = await import('../perf/workloads');
  const { images_per_second: rate } = await measure('w3', threadCount(), 1, job);
  const detail = `${env.versions.node ?? env.versions.common} (${backends.map(({ name }) => name).join(', ')}); trains the small encoder on the CPU at ${Math.round(rate)} images/s`;
  return { what: 'ONNX Runtime', state: 'ok', detail };
}

function tensorflow(): Finding {
  const { name, reason } = cudaDevice();
  return { what: name, state: 'missing', detail: reason };
}

async function folder(path: string): Promise<Finding> {
  try {
    await access(path, constants.W_OK);
    return { what: 'Workspace', state: 'ok', detail: `${path} can be written` };
  } catch {
    const advice = 'Choose a folder of yours with --workspace.';
    return { what: 'Workspace', state: 'problem', detail: `${path} can't be written`, advice };
  }
}

export function describeDoctor({ device, findings }: DoctorReport): string {
  const rows = findings.map(({ what, state, detail, advice }) => [
    what,
    state,
    advice ? `${detail}. ${advice}` : detail,
  ]);
  return `${textTable(['check', 'state', 'found'], rows)}\nWarmstart trains on: ${device}.`;
}
