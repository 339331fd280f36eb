import type { Command } from 'commander';
import { describeDoctor, doctor } from '../commands/doctor';
import { describePerf, perf, workloadNames } from '../commands/perf';
import { count } from './options';
import { runCommand } from './run';
import { list, positiveNumber, strategyList } from './values';

/** doctor, perf. */
export function addMachineCommands(program: Command, signal: AbortSignal): void {
  program
    .command('doctor')
    .description('look at what the engine needs, and say what to do about each problem')
    .action(async (_own: object, command: Command) => {
      await runCommand(command, signal, (job, workspace) => doctor({ workspace }, job), describeDoctor);
    });

  program
    .command('perf')
    .description('measure throughput on this machine, one JSON line each')
    .option('--workload <a,b,...>', `what to measure: ${workloadNames.join(', ')}`, list, ['w1', 'w2', 'w3'])
    .option('--seconds <s>', 'how long for each of w1, w2, w3, and for the bare network of eyes', positiveNumber, 15)
    .addOption(count('--threads <n>', 'CPU threads (default: one a core)'))
    .addOption(count('--replicas <n>', 'copies of the network that share a training step out').default(1))
    .option('--scaling', 'w1 and w3 with 1, 2, 4 … replicas of one thread each')
    .addOption(count('--images <n>', 'images of the workloads pretrain and eyes').default(2048))
    .option('--strategies <a,b,...>', 'strategies of the workload select (default: all)', strategyList)
    .addOption(count('--rows <n>', 'images of the workload select, 256 features each (default: FER2013, 512 features)'))
    .action(async (own: PerfFlags, command: Command) => {
      const { workload, ...rest } = own;
      await runCommand(command, signal, (job) => perf({ ...rest, workloads: workload }, job), describePerf);
    });
}

interface PerfFlags {
  workload: string[];
  seconds: number;
  threads?: number;
  replicas: number;
  scaling?: boolean;
  images: number;
  strategies?: string[];
  rows?: number;
}
