import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { SlurmPrograms } from './machine/slurm';

const run = promisify(execFile);

/** A real Slurm cluster of two nodes with one core each, all of it on this machine and in one folder. */
export class SlurmCluster {
  private readonly daemons: ChildProcess[] = [];

  private constructor(
    private readonly programs: SlurmPrograms,
    private readonly folder: string,
  ) {}

  static async start(programs: SlurmPrograms): Promise<SlurmCluster> {
    const cluster = new SlurmCluster(programs, await mkdtemp(join(tmpdir(), 'warmstart-slurm-')));
    try {
      await cluster.configure();
      await cluster.startDaemons();
      await cluster.untilReady();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** What commands of the cluster need to know. */
  get environment(): NodeJS.ProcessEnv {
    return { ...process.env, SLURM_CONF: join(this.folder, 'slurm.conf') };
  }

  private async configure(): Promise<void> {
    const { folder } = this;
    for (const name of ['state', 'spool-a', 'spool-b', 'log', 'munge'])
      await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, 'munge/key'), randomBytes(1024), { mode: 0o600 });
    const [control, a, b] = await freePorts(3);
    const host = hostname().split('.')[0]!;
    const node = (name: string, port: number) =>
      `NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${port} CPUs=1 RealMemory=8000`;
    const lines = [
      'ClusterName=test',
      `SlurmctldHost=${host}(127.0.0.1)`,
      'SlurmUser=root',
      'AuthType=auth/munge',
      `AuthInfo=socket=${folder}/munge/socket`,
      `SlurmctldPort=${control}`,
      `StateSaveLocation=${folder}/state`,
      `SlurmdSpoolDir=${folder}/spool-%n`,
      `SlurmctldPidFile=${folder}/ctld.pid`,
      `SlurmdPidFile=${folder}/slurmd-%n.pid`,
      'ProctrackType=proctrack/pgid',
      'TaskPlugin=task/none',
      'JobAcctGatherType=jobacct_gather/none',
      'SwitchType=switch/none',
      'MpiDefault=none',
      'ReturnToService=2',
      'SchedulerType=sched/backfill',
      'SelectType=select/cons_tres',
      'SelectTypeParameters=CR_CPU',
      'SchedulerParameters=batch_sched_delay=0,sched_min_interval=100000',
      'MinJobAge=300',
      node('a', a!),
      node('b', b!),
      'PartitionName=main Nodes=a,b Default=YES MaxTime=INFINITE State=UP',
    ];
    await writeFile(join(folder, 'slurm.conf'), `${lines.join('\n')}\n`);
  }

  private async startDaemons(): Promise<void> {
    const { munged, slurmctld, slurmd } = this.programs;
    const munge = (name: string) => join(this.folder, 'munge', name);
    this.daemon(munged, [
      '--foreground',
      '--force',
      `--socket=${munge('socket')}`,
      `--key-file=${munge('key')}`,
      `--pid-file=${munge('pid')}`,
      `--log-file=${munge('log')}`,
      `--seed-file=${munge('seed')}`,
    ]);
    await sleep(1_000); // the others don't ask twice
    this.daemon(slurmctld, ['-D', '-L', join(this.folder, 'log/ctld')]);
    for (const name of ['a', 'b']) this.daemon(slurmd, ['-D', '-N', name, '-L', join(this.folder, `log/${name}`)]);
  }

  private daemon(program: string, args: readonly string[]): void {
    this.daemons.push(spawn(program, args, { env: this.environment, stdio: 'ignore' }));
  }

  private async untilReady(): Promise<void> {
    for (let tries = 0; ; tries++) {
      const { stdout } = await run('sinfo', ['-h', '-o', '%T %D'], { env: this.environment }).catch(() => ({
        stdout: '',
      }));
      if (stdout.trim() === 'idle 2') return;
      if (tries === 120) {
        const log = await readFile(join(this.folder, 'log/ctld'), 'utf8').catch(() => '');
        throw new Error(`The cluster did not come up: ${stdout}\n${log.slice(-2000)}`);
      }
      await sleep(500);
    }
  }

  /** One of Slurm's own commands; what it prints. */
  private async command(program: 'scancel' | 'squeue', ...args: string[]): Promise<string> {
    return (await run(this.programs[program], args, { env: this.environment })).stdout.trim();
  }

  /** Waits until none of the jobs is queued or running. */
  async untilEnded(jobs: readonly string[]): Promise<void> {
    while ((await this.command('squeue', '-h', '-j', jobs.join(','), '-o', '%i %T').catch(() => '')) !== '')
      await sleep(500);
  }

  async stop(): Promise<void> {
    await this.command('scancel', '-u', 'root').catch(() => {});
    for (const daemon of this.daemons.toReversed()) {
      daemon.kill('SIGTERM');
      const gone = new Promise((resolve) => daemon.once('exit', resolve));
      if (daemon.exitCode === null && daemon.signalCode === null) await Promise.race([gone, sleep(3_000)]);
      daemon.kill('SIGKILL');
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Ports that nobody listens on. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer();
          server.listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
