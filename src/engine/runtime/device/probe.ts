import { describeFailure } from '../../describeFailure';
import { architecture } from '../../network/architectures';
import type { Network } from '../../network/network';
import { Child, type ChildOptions } from '../../process/child';
import { type Ended, inSeconds, type Lost, ProcessLost } from '../../process/ended';
import { type AcceleratorName, acceleratorNames, type DeviceName } from './device';

/** Longest wait (ms) for a probe's process: the first use of a GPU compiles kernels. */
const PATIENCE = 120_000;

export interface ProbeOptions {
  /** The command line's bundle. */
  readonly program?: string;
  /** Longest wait (ms) for each process. */
  readonly patience?: number;
}

/** What the process of a probe is asked: to train this encoder on a device. */
export interface DeviceOrder {
  readonly device: DeviceName;
  readonly network: Network;
}

/** Images a second in training. */
export interface DeviceRate {
  readonly rate: number;
  readonly description: string;
}

/** The encoder for CPUs on FER2013's images. */
export const usualEncoder = (): Network => architecture('small', [1, 48, 48]);

/**
 * Trains on a device in a process of its own, which a half-installed driver may crash or hang. Never throws for what it
 * finds; `failure` is one sentence.
 */
export async function probeDevice(
  device: DeviceName,
  network = usualEncoder(),
  options: ProbeOptions = {},
): Promise<DeviceRate | { readonly failure: string }> {
  const { answer, error, end } = await probe<DeviceOrder, DeviceRate>(
    { ...options, command: 'probe-device' },
    { device, network },
  );
  if (end.kind !== 'answered') return { failure: deviceFailure(end) };
  return answer ?? { failure: describeFailure(error, 'run warmstart doctor').message };
}

function deviceFailure(end: Lost): string {
  if (end.kind === 'silent') return `It did not answer within ${inSeconds(end.waited)}; its driver may be broken.`;
  if (end.kind === 'unstarted') return `Its probe could not be started (${end.reason}).`;
  const last = end.lastWords.slice(0, 200);
  return `It ended its process (${end.how}); its driver or its installation is broken${last ? `: ${last}` : '.'}`;
}

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

/** What the process of a probe is asked. `open`: is there a device at all; `train`: does it train as the CPU does. */
export interface AcceleratorOrder {
  readonly name: AcceleratorName;
  readonly depth: 'open' | 'train';
}

/**
 * Whether an execution provider of ONNX Runtime can be used, found out in processes of its own: half-installed drivers
 * crash or hang. Never throws for what it finds. `trainOnSoftware`: also see whether a software adapter trains correctly.
 */
export async function probeAccelerator(
  name: AcceleratorName,
  { trainOnSoftware = false, ...options }: ProbeOptions & { readonly trainOnSoftware?: boolean } = {},
): Promise<AcceleratorProbe> {
  const opened = await tryAccelerator({ name, depth: 'open' }, options);
  const { adapter, software } = opened;
  let { failure } = opened;
  if (failure === null && (!software || trainOnSoftware))
    failure = (await tryAccelerator({ name, depth: 'train' }, options)).failure;
  if (failure === null) return { name, usable: true, adapter, software };
  return { name, usable: false, adapter, software, reason: `${acceleratorNames[name]} can't be used: ${failure}` };
}

/** `failure` is a sentence without its beginning; null when it went well. */
async function tryAccelerator(
  order: AcceleratorOrder,
  options: ProbeOptions,
): Promise<Pick<AcceleratorProbe, 'adapter' | 'software'> & { readonly failure: string | null }> {
  const reader = new AdapterReader(order.name, process.platform);
  const { error, end } = await probe<AcceleratorOrder, null>(
    {
      ...options,
      command: 'probe-accelerator',
      // the Vulkan loader then says which device was opened; nothing else on this way does
      env: { VK_LOADER_DEBUG: 'all' },
      onLine: (line) => reader.read(line),
    },
    order,
  );
  const adapter = reader.adapter;
  const failure = end.kind === 'answered' ? (error?.message ?? null) : acceleratorFailure(end);
  return { adapter: adapter?.name ?? null, software: adapter?.software ?? true, failure };
}

function acceleratorFailure(end: Lost): string {
  if (end.kind === 'silent') return `its driver did not answer within ${inSeconds(end.waited)}.`;
  if (end.kind === 'unstarted') return `the probe could not be started (${end.reason}).`;
  return `its driver crashed (${end.how}); update the graphics driver.`;
}

/** Asks a process of its own, and waits for its end, which a driver may turn into a crash after the answer. */
async function probe<Order, Answer>(
  { patience = PATIENCE, ...options }: Omit<ChildOptions, 'grace'>,
  order: Order,
): Promise<{ readonly answer?: Answer; readonly error?: Error; readonly end: Ended }> {
  const child = new Child<Order, Answer>({ ...options, patience, grace: patience });
  const outcome = await child.ask(order).then(
    (answer) => ({ answer }),
    (error: Error) => ({ error }),
  );
  child.release();
  const end = 'error' in outcome && outcome.error instanceof ProcessLost ? outcome.error.end : await child.ended;
  return { ...outcome, end };
}

export interface Adapter {
  readonly name: string;
  /** Whether the CPU only imitates a GPU. */
  readonly software: boolean;
}

/** Mesa's and Google's software Vulkan, Microsoft's WARP. */
const SOFTWARE = /llvmpipe|lavapipe|softpipe|swiftshader|basic render|\bwarp\b|software/i;
/** PCI vendor of Microsoft: its only display adapters are imitated ones. */
const MICROSOFT = 0x1414;

/**
 * Finds the device's name in what native libraries say while a probe opens it: ONNX Runtime has no call that tells it. On
 * Linux the Vulkan loader names the device it makes; elsewhere ONNX Runtime lists the hardware that it has found.
 */
export class AdapterReader {
  private opened: string | null = null;
  private readonly hardware: string[] = [];

  constructor(
    private readonly accelerator: AcceleratorName,
    private readonly platform: NodeJS.Platform,
  ) {}

  /** Takes one line of stderr. */
  read(line: string): void {
    this.opened = /Using "(.+)" with driver: "/.exec(line)?.[1]?.trim() ?? this.opened;
    const gpu = /OrtHardwareDevice \{vendor_id:0x([0-9a-f]+), .*vendor:([^,]*), type:1, metadata: \[(.*)\]\}/i.exec(
      line,
    );
    if (gpu && Number.parseInt(gpu[1], 16) !== MICROSOFT)
      this.hardware.push(/Description=([^,\]]+)/.exec(gpu[3])?.[1] ?? `a GPU by ${gpu[2] || 'an unknown maker'}`);
  }

  /** Null where nothing named one: it must then be taken for an imitated one. */
  get adapter(): Adapter | null {
    if (this.accelerator === 'cuda') return { name: 'an NVIDIA GPU', software: false };
    if (this.platform === 'darwin') return { name: this.hardware[0] ?? 'Apple GPU', software: false };
    const name = this.platform === 'linux' ? this.opened : (this.hardware[0] ?? null);
    return name === null ? null : { name, software: SOFTWARE.test(name) };
  }
}
