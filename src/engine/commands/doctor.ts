import { access, constants } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { readShippedModel, shippedModels } from '../encoders/shippedModels';
import type { Job } from '../job';
import { throwIfCancelled } from '../job';
import { deviceOverview } from '../runtime/device/choose';
import { wantedDevice } from '../runtime/device/device';
import { textTable } from '../text/textTable';

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
  let device = `none: ${wantedDevice()} can't be used`;
  const devices = async () => {
    const { findings, used } = await devicesOf();
    device = used ?? device;
    return findings;
  };
  const checks: [string, () => Promise<Finding | Finding[]>][] = [
    ['Node', async () => node()],
    ['Memory', async () => memory()],
    ['Image decoding', imageDecoding],
    ['Built-in encoders', builtInEncoderFiles],
    ['Devices', devices],
    ['Workspace', () => folder(workspace)],
  ];
  const findings: Finding[] = [];
  for (const [i, [what, check]] of checks.entries()) {
    throwIfCancelled(job);
    job.report({ stage: `Looking at ${what}`, done: i, total: checks.length });
    const found = await check().catch(
      (error: Error): Finding => ({
        what,
        state: 'problem',
        detail: error.message.split('\n')[0] ?? 'failed',
        advice: `Reinstall Warmstart for ${process.platform}-${process.arch} (npm ci).`,
      }),
    );
    findings.push(...[found].flat());
  }
  return { device, findings };
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

/** Reads what ships and compares it with what was measured. */
async function builtInEncoderFiles(): Promise<Finding> {
  for (const name of shippedModels) await readShippedModel(name);
  return { what: 'Built-in encoders', state: 'ok', detail: 'the files of faces and general are those that shipped' };
}

/** One line a device, measured anew where there is a choice, so that the figures are this machine's now. */
async function devicesOf(): Promise<{ findings: Finding[]; used: string | null }> {
  const { findings, used } = await deviceOverview(true);
  const lines = findings.map(({ device, presence, rate }): Finding => {
    const what = `${device.title} (${device.name})`;
    if (presence.usable) {
      const measured = rate === undefined ? '' : `; trains the small encoder at ${Math.round(rate)} images/s`;
      return { what, state: 'ok', detail: `${presence.detail}${measured}` };
    }
    const { missing, reason, advice } = presence;
    const detail = reason.replace(/\.$/, '');
    return { what, state: missing ? 'missing' : 'problem', detail, ...(advice === undefined ? {} : { advice }) };
  });
  return { findings: lines, used: used?.why ?? null };
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
