import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Job } from '../job';
import { measure, type StepSettings, type StepWorkload } from './workloads';

/** What is left of a training step's speed beside other programs that keep the processor busy. */
export interface BusyThroughput {
  readonly workload: 'busy';
  readonly of: StepWorkload;
  readonly threads: number;
  readonly replicas: number;
  /** Processes of one thread each at work beside it, at the same priority. */
  readonly others: number;
  readonly images_per_second: number;
  readonly quiet_images_per_second: number;
  /** What a scheduler that shares the cores out evenly among all threads would leave of the quiet rate. */
  readonly fair_images_per_second: number;
  /** The rate as a share of that. */
  readonly of_fair_share: number;
}

const OTHERS = 6;

/** Works without end, and ends with whoever started it. */
const otherProgram = `
process.stdin.on('end', () => process.exit()).resume();
const work = () => { const end = Date.now() + 50; while (Date.now() < end); setImmediate(work); };
process.stdout.write('.');
work();`;

/** The training step of W3, first alone and then beside six other processes. */
export async function measureBusy(settings: StepSettings, cores: number, job: Job): Promise<BusyThroughput> {
  const of = 'w3';
  const quiet = await measure(of, settings, job);
  const others = Array.from({ length: OTHERS }, () =>
    spawn(process.execPath, ['-e', otherProgram], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    }),
  );
  try {
    await Promise.all(others.map(({ stdout }) => once(stdout, 'data')));
    const busy = await measure(of, settings, job);
    const mine = settings.replicas > 1 ? settings.replicas : settings.threads;
    // each thread gets cores / all of a core, and had one to itself, or its part of them
    const share = Math.min(1, Math.max(cores, mine) / (mine + OTHERS));
    const fair = quiet.images_per_second * share;
    return {
      workload: 'busy',
      of,
      threads: settings.threads,
      replicas: settings.replicas,
      others: OTHERS,
      images_per_second: busy.images_per_second,
      quiet_images_per_second: quiet.images_per_second,
      fair_images_per_second: Math.round(fair * 10) / 10,
      of_fair_share: Math.round((busy.images_per_second / fair) * 1000) / 1000,
    };
  } finally {
    for (const other of others) other.kill('SIGKILL');
  }
}
