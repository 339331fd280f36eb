import { usageError } from '../errors';
import { breathe, type Job } from '../job';
import { measurePretraining, type PretrainingThroughput } from '../perf/pretraining';
import { measureSelection, type SelectionTime } from '../perf/selection';
import { measure, type Throughput } from '../perf/workloads';
import { threadCount } from '../runtime/threads';
import { strategies } from '../strategies/registry';

export const workloadNames = ['w1', 'w2', 'w3', 'pretrain', 'select'] as const;
export type WorkloadName = (typeof workloadNames)[number];

export interface PerfOptions {
  readonly workloads: readonly string[];
  /** Seconds for each of w1, w2 and w3. */
  readonly seconds: number;
  readonly threads?: number;
  /** Images of the `pretrain` workload. */
  readonly images: number;
  /** Strategies of the `select` workload; by default all. */
  readonly strategies?: readonly string[];
}

export type Measurement = Throughput | PretrainingThroughput | SelectionTime;

/** Throughput on this machine; the definitions of w1, w2 and w3 are those of the PyTorch baseline. */
export async function perf(options: PerfOptions, job: Job): Promise<Measurement[]> {
  const threads = options.threads ?? threadCount();
  const results: Measurement[] = [];
  const names = options.workloads.map(workloadNamed);
  for (const [i, name] of names.entries()) {
    job.report({ stage: `Measuring ${name}`, done: i, total: names.length, unit: 'workloads' });
    await breathe(job);
    if (name === 'pretrain') results.push(await measurePretraining(threads, options.images, job));
    else if (name === 'select')
      for (const strategy of options.strategies ?? strategies.keys())
        results.push(await measureSelection(strategy, job));
    else results.push(await measure(name, threads, options.seconds, job));
  }
  return results;
}

function workloadNamed(name: string): WorkloadName {
  const known = workloadNames.find((workload) => workload === name);
  if (!known) throw usageError(`There is no workload "${name}"; the known ones are ${workloadNames.join(', ')}.`);
  return known;
}

/** One JSON object a line, as the PyTorch baseline prints them. */
export const describePerf = (results: readonly Measurement[]): string =>
  results.map((result) => JSON.stringify(result)).join('\n');
