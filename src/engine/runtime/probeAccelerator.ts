import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import {
  type AcceleratorName,
  acceleratorNames,
  PROBE_COMMAND,
  type ProbeAnswer,
  type ProbeDepth,
} from './accelerators';
import { type Adapter, AdapterReader } from './adapter';
import { endOf, PATIENCE, type ProbeEnd } from './probe/patience';

/** What was found out about an accelerator. */
export interface AcceleratorProbe {
  readonly name: AcceleratorName;
  /** Whether it trains as the CPU does; of a software adapter, whether it computes at all. */
  readonly usable: boolean;
  /** The device's name as its driver gives it; null where it gives none. */
  readonly adapter: string | null;
  /** True for a GPU imitated by the CPU, and for a device that can't be told from one. Slower than the CPU itself. */
  readonly software: boolean;
  /** Why it is not usable: one sentence. */
  readonly reason?: string;
}

export interface ProbeOptions {
  /** The command line's bundle. */
  readonly program: string;
  /** Also see whether a software adapter trains correctly; for tests. */
  readonly trainOnSoftware?: boolean;
  /** Longest wait (ms) for each of two processes: a first run compiles shaders. */
  readonly patience?: number;
  readonly signal?: AbortSignal;
}

/**
 * Whether an execution provider of ONNX Runtime can be used, found out in processes of its own: half-installed drivers
 * crash or hang. Never throws for what it finds; only for a cancel.
 */
export async function probeAccelerator(name: AcceleratorName, options: ProbeOptions): Promise<AcceleratorProbe> {
  const opened = await runProbe(name, 'open', options);
  if (opened.failure !== null) return refused(name, opened, opened.failure);
  if (opened.adapter.software && !options.trainOnSoftware) return { name, usable: true, ...opened.adapter };
  const trained = await runProbe(name, 'train', options);
  if (trained.failure !== null) return refused(name, opened, trained.failure);
  return { name, usable: true, ...opened.adapter };
}

interface Outcome {
  readonly adapter: Pick<AcceleratorProbe, 'adapter' | 'software'>;
  readonly failure: string | null;
}

const refused = (name: AcceleratorName, { adapter }: Outcome, failure: string): AcceleratorProbe => ({
  ...{ name, usable: false, ...adapter },
  reason: `${acceleratorNames[name]} can't be used: ${failure}`,
});

async function runProbe(name: AcceleratorName, depth: ProbeDepth, options: ProbeOptions): Promise<Outcome> {
  const { program, patience = PATIENCE, signal } = options;
  signal?.throwIfAborted();
  const child = spawn(process.execPath, [program, PROBE_COMMAND, name, depth], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // the Vulkan loader then says which device was opened; nothing else on this way does
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', VK_LOADER_DEBUG: 'all' },
    windowsHide: true,
  });
  const reader = new AdapterReader(name, process.platform);
  createInterface({ input: child.stderr }).on('line', (line) => reader.read(line));
  let last = '';
  createInterface({ input: child.stdout }).on('line', (line) => {
    last = line;
  });
  const { how, isLate } = await endOf(child, patience, signal);
  signal?.throwIfAborted();
  return { adapter: adapterOf(reader.adapter), failure: failureOf(last, how, isLate ? patience : null) };
}

const adapterOf = (found: Adapter | null) => ({ adapter: found?.name ?? null, software: found?.software ?? true });

/** The sentence about a failed probe, without its beginning; null when it went well. */
function failureOf(answer: string, end: ProbeEnd['how'], waited: number | null): string | null {
  if (waited !== null) return `its driver did not answer within ${Math.round(waited / 1000)} s.`;
  if (end instanceof Error) return `the probe could not be started (${end.message}).`;
  if (end !== 0)
    return `its driver crashed (${typeof end === 'string' ? end : `exit code ${end}`}); update the graphics driver.`;
  try {
    return (JSON.parse(answer) as ProbeAnswer).failure ?? null;
  } catch {
    return 'the probe ended without an answer.';
  }
}
