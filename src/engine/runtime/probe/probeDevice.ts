import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { lastWords } from '../../failure';
import { architecture } from '../../network/architectures';
import type { Network } from '../../network/network';
import type { DeviceName } from '../device';
import { PROBE_COMMAND, type ProbeAnswer, type ProbeOrder } from './messages';

/** Longest wait (ms): the first use of a GPU compiles kernels. */
const PATIENCE = 120_000;
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
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, patience);
  const end = await new Promise<string | number | Error | null>((resolve) => {
    child.on('error', resolve);
    child.on('close', (code, signal) => resolve(signal ?? code));
  });
  clearTimeout(timer);
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
