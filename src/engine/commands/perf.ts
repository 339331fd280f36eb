import { usageError } from '../errors';
import { grantedCores } from '../granted';
import { breathe, type Job } from '../job';
import { type BusyThroughput, measureBusy } from '../perf/busy';
import { type EyesThroughput, measureEyes } from '../perf/eyes';
import { measurePretraining, type PretrainingThroughput } from '../perf/pretraining';
import { measureSelections, type SelectionRefusal, type SelectionTime } from '../perf/selection';
import { fer2013Size, sizeWith } from '../perf/selectionData';
import { measure, measureScaling, type Throughput } from '../perf/workloads';
import { threadCount } from '../runtime/threads';
import { strategies } from '../strategies/registry';
import { textTable } from '../text/textTable';

export const workloadNames = ['w1', 'w2', 'w3', 'pretrain', 'busy', 'eyes', 'select'] as const;
export type WorkloadName = (typeof workloadNames)[number];

export interface PerfOptions {
  readonly workloads: readonly string[];
  /** Seconds for each of w1, w2, w3, and busy (twice), and for the bare network of eyes. */
  readonly seconds: number;
  readonly threads?: number;
  /** Replicas of a training step, in w1, w3, `pretrain` and `busy`; 1 unless said. */
  readonly replicas?: number;
  /** Measures w1 and w3 with 1, 2, 4 … replicas instead. */
  readonly scaling?: boolean;
  /** Images of the workloads `pretrain` and `eyes`. */
  readonly images: number;
  /** Strategies of the `select` workload; by default all. */
  readonly strategies?: readonly string[];
  /** Images of the `select` workload; by default as many as FER2013 has. */
  readonly rows?: number;
}

export type Measurement =
  | Throughput
  | PretrainingThroughput
  | BusyThroughput
  | EyesThroughput
  | SelectionTime
  | SelectionRefusal;

/** Throughput on this machine; the definitions of w1, w2 and w3 are those of the PyTorch baseline. */
export async function perf(options: PerfOptions, job: Job): Promise<Measurement[]> {
  const threads = options.threads ?? threadCount();
  const settings = { threads, seconds: options.seconds, replicas: options.replicas ?? 1 };
  const results: Measurement[] = [];
  const names = options.workloads.map(workloadNamed);
  for (const [i, name] of names.entries()) {
    job.report({ stage: `Measuring ${name}`, done: i, total: names.length, unit: 'workloads' });
    await breathe(job);
    if (name === 'pretrain') results.push(await measurePretraining(settings, options.images, job));
    else if (name === 'busy') results.push(await measureBusy(settings, grantedCores(), job));
    else if (name === 'eyes') results.push(await measureEyes(threads, options.seconds, options.images, job));
    else if (name === 'select') {
      const size = options.rows === undefined ? fer2013Size : sizeWith(options.rows);
      results.push(...(await measureSelections(options.strategies ?? strategies.keys(), threads, job, size)));
    } else if (options.scaling && name !== 'w2') results.push(...(await measureScaling(name, settings, job)));
    else results.push(await measure(name, settings, job));
  }
  return results;
}

function workloadNamed(name: string): WorkloadName {
  const known = workloadNames.find((workload) => workload === name);
  if (!known) throw usageError(`There is no workload "${name}"; the known ones are ${workloadNames.join(', ')}.`);
  return known;
}

const TIME_COLUMNS = ['strategy', 'seconds', 'CPU seconds', 'peak memory, MB', 'whole process, MB'];

/** One JSON object a line, as the PyTorch baseline prints them; selections as a table. */
export function describePerf(results: readonly Measurement[]): string {
  const lines: string[] = [];
  const rows: string[][] = [];
  const refusals: string[] = [];
  let sizes = '';
  for (const result of results) {
    if (result.workload !== 'select') lines.push(JSON.stringify(result));
    else if ('refused' in result) refusals.push(`${result.strategy} was not measured: ${result.refused}`);
    else {
      const { strategy, seconds, cpu_seconds, peak_mb, process_mb } = result;
      const { pool, features, labelled, budget, threads } = result;
      rows.push([strategy, seconds.toFixed(2), cpu_seconds.toFixed(2), `${peak_mb}`, `${process_mb}`]);
      sizes = `${budget} of ${pool} images, ${features} features, ${labelled} labelled; threads: ${threads}`;
    }
  }
  if (rows.length > 0) lines.push(sizes, textTable(TIME_COLUMNS, rows));
  return [...lines, ...refusals].join('\n');
}
