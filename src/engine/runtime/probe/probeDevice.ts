import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { lastWords } from '../../failure';
import { architecture } from '../../network/architectures';
import type { Network } from '../../network/network';
import type { DeviceName } from '../device';
import { PROBE_COMMAND, type ProbeAnswer, type ProbeOrder } from './messages';
import { endOf, PATIENCE } from './patience';

const STDERR_KEPT = 2_000;

/** The encoder for CPUs on FER2013's images. */
export const usualEncoder = (): Network => architecture('small', [1, 48, 48]);

export interface ProbeOptions {
  /** The command line's bundle. */
  readonly program?: string;
  readonly patience?: number;
}

/**
 * Trains on a device in a process of its own, which a half-installed driver may crash or hang. Never throws for what it
 * finds.
 */
export async function probeDevice(
  device: DeviceName,
  network = usualEncoder(),
  { program = join(__dirname, 'cli.js'), patience = PATIENCE }: ProbeOptions = {},
): Promise<ProbeAnswer> {
  const child = spawn(process.execPath, [program, PROBE_COMMAND], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    windowsHide: true,
  });
  child.stdin.on('error', () => {}); // it may have ended already
  child.stdin.end(JSON.stringify({ device, network } satisfies ProbeOrder));
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_KEPT);
  });
  const { how: end, isLate } = await endOf(child, patience);
  if (isLate)
    return { failure: `It did not answer within ${Math.round(patience / 1000)} s; its driver may be broken.` };
  if (end instanceof Error) return { failure: `Its probe could not be started (${end.message}).` };
  try {
    if (end === 0) return JSON.parse(stdout.trim().split('\n').at(-1)!) as ProbeAnswer;
  } catch {
    // said below
  }
  const last = lastWords(stderr, 1);
  const how = typeof end === 'string' ? end : `exit code ${end}`;
  return {
    failure: `It ended its process (${how}); its driver or its installation is broken${last ? `: ${last.slice(0, 200)}` : '.'}`,
  };
}
