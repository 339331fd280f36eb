import { type LearnerChoice, learnerChoices } from '../../shared/learners';
import type { BenchmarkRequest } from '../../shared/protocol/engine';
import { type Layout, layoutNames } from '../../shared/schema/dataset';
import { usageError } from '../errors';
import type { Job } from '../job';
import type { JobName, Jobs } from './jobTypes';

type JobTable = {
  readonly [M in JobName]: (params: Jobs[M]['params'], job: Job) => Promise<Jobs[M]['result']>;
};

/**
 * Every job, as a call of the function that the command line calls too. Each loads its own code, and with it native
 * packages, only when it runs: a machine that can't train can still import and export.
 */
export const jobs: JobTable = {
  async look({ layout, ...request }, job) {
    const { lookAtFolder } = await import('../commands/lookAtFolder');
    return lookAtFolder({ ...request, layout: layoutNamed(layout) }, job);
  },
  async lookAtForm({ layout, ...request }, job) {
    const { lookAtForm } = await import('../commands/lookAtImages');
    return lookAtForm({ ...request, layout: layoutNamed(layout) }, job);
  },
  async lookAtImages({ layout, ...request }, job) {
    const { lookAtImages } = await import('../commands/lookAtImages');
    return lookAtImages({ ...request, layout: layoutNamed(layout) }, job);
  },
  async import({ layout, ...request }, job) {
    const { importFolder } = await import('../commands/import');
    const report = await importFolder({ ...request, layout: layoutNamed(layout) }, job);
    const { name, directory, alreadyImported, changes, classes, broken, notes, features } = report;
    const { groups, copies, leaks, conflicts } = report.duplicates;
    return {
      name,
      directory,
      alreadyImported,
      changes: changes && { ...changes, added: changes.added.length, changed: changes.changed.length },
      classes,
      broken,
      notes,
      features,
      images: report.counts.train.images + report.counts.test.images,
      duplicates: { groups: groups.length, copies, leaks: leaks.length, conflicts: conflicts.length },
    };
  },
  async useEncoder(request, job) {
    const { useEncoder } = await import('../commands/useEncoder');
    const { use } = await useEncoder(request, job);
    return { use };
  },
  async embed(request, job) {
    const { embed } = await import('../commands/useEncoder');
    const { images } = await embed(request, job);
    return { images };
  },
  async sample(request, job) {
    const { sample } = await import('../commands/sample');
    const { name } = await sample(request, job);
    return { name };
  },
  async pretrain({ ahead: _, ...request }, job) {
    const { pretrain } = await import('../commands/pretrain');
    const { trained, encoder } = await pretrain(request, job);
    return { trained, encoder };
  },
  async continueEncoder(request, job) {
    const { continueEncoder } = await import('../commands/continueEncoder');
    const { trained, encoder, labels, inUse } = await continueEncoder(
      { ...request, restart: false, replaceOther: true },
      job,
    );
    return { trained, encoder, labels, inUse };
  },
  async train({ learner, ...request }, job) {
    const { trainIfLabelled } = await import('../commands/train');
    const report = await trainIfLabelled({ ...request, learner: learnerNamed(learner) }, job);
    const evidence = report?.evidence ? { evidence: report.evidence } : {};
    return { trained: report?.trained ?? false, results: report?.results ?? null, ...evidence };
  },
  async query({ again = false, ...request }, job) {
    const { query } = await import('../commands/query');
    const report = await query({ ...request, strategyOptions: {}, learner: 'auto', again }, job);
    if (report.round === null && report.waiting) return { round: null, waiting: report.waiting };
    const { round, note } = report;
    return { round, ...(note === undefined ? {} : { note }) };
  },
  async testSet(request, job) {
    const { testSet } = await import('../commands/testSet');
    const { round } = await testSet(request, job);
    return { round };
  },
  async suggest(request, job) {
    const { suggest } = await import('../commands/suggest');
    const { suggestions } = await suggest(request, job);
    return { suggestions };
  },
  async benchmark(request, job) {
    const { benchmark } = await import('../commands/benchmark');
    const { folder } = await benchmark(benchmarkOptions(request), job);
    return { folder };
  },
  async benchmarkTime(request, job) {
    const { estimateBenchmark } = await import('../commands/benchmarkTime');
    return estimateBenchmark(benchmarkOptions(request), job);
  },
  async benchmarkScripts({ time, sbatch, ...request }, job) {
    const { submitCommands, submitToSlurm } = await import('../commands/benchmarkCluster');
    const cluster = { time, dryRun: false, submit: false, ...(sbatch === undefined ? {} : { sbatch }) };
    const { scripts, cells } = await submitToSlurm(benchmarkOptions(request), cluster, job);
    return { scripts: scripts.map(({ path }) => path), commands: submitCommands(scripts), runs: cells };
  },
  async encoderAdd(request, job) {
    const { addEncoder } = await import('../commands/encoder');
    const { name, encoder, outputs, preprocessor, seconds } = await addEncoder(request, job);
    return { name, encoder, outputs, preprocessor, seconds };
  },
  async encoderList(request) {
    const { listEncoders } = await import('../commands/encoder');
    return listEncoders(request);
  },
  async encoderRemove(request) {
    const { removeEncoder } = await import('../commands/encoder');
    return removeEncoder(request);
  },
  async predict(request, job) {
    const { predict } = await import('../commands/predict');
    const { path, written } = await predict({ ...request, split: 'train', atLeast: 0 }, job);
    return { path, written };
  },
  async predictions(request, job) {
    const { predictionColumns } = await import('../commands/imageColumns');
    return predictionColumns(request, job);
  },
  async similar(request, job) {
    const { likenessColumn } = await import('../commands/imageColumns');
    return likenessColumn(request, job);
  },
  async nearDuplicates(request, job) {
    const { nearDuplicateGroups } = await import('../commands/imageColumns');
    return nearDuplicateGroups(request, job);
  },
  async seen(request, job) {
    const { seen } = await import('../commands/seen');
    const { pictures } = await seen(request, job);
    return { pictures: pictures.map(({ path, by, width, height }) => ({ path, by, width, height })) };
  },
  async suspicions(request, job) {
    const { suspicionColumns } = await import('../commands/imageColumns');
    return suspicionColumns(request, job);
  },
  async suspicious(request, job) {
    const { suspicious } = await import('../commands/suspicious');
    const { labels, suspicious: found } = await suspicious(request, job);
    return {
      labels,
      suspicious: found.map(({ image, label, suspicion, expected, probability }) => ({
        image,
        label,
        suspicion,
        expected,
        probability,
      })),
    };
  },
  async roundImages(request) {
    const { round } = await import('../commands/round');
    const { images = [] } = await round(request);
    return { images };
  },
  async export(request, job) {
    const { exportData } = await import('../commands/export');
    const { files } = await exportData(request, job);
    return { path: files[0] };
  },
  async prepare({ workspace, dataset: name }, job) {
    const [{ openDataset }, { rebuildCache }] = await Promise.all([
      import('../data/dataset/open'),
      import('../data/dataset/import'),
    ]);
    (await openDataset(workspace, name, job, rebuildCache)).close();
    return null;
  },
  async devices() {
    const { findDevices } = await import('../runtime/device/choose');
    return { devices: await findDevices() };
  },
  async thumbnails({ files }, job) {
    const { makeThumbnails } = await import('../data/thumbnails');
    return { made: await makeThumbnails(files, job) };
  },
};

/** A benchmark as the command line asks for it; numbers are of images. */
function benchmarkOptions({ dataset, initial, budget, ...request }: BenchmarkRequest) {
  const images = (value: number) => ({ value, percent: false });
  return {
    ...request,
    ...(initial === undefined ? {} : { initial: images(initial) }),
    ...(budget === undefined ? {} : { budget: images(budget) }),
    subject: dataset,
    learner: 'auto' as const,
  };
}

function layoutNamed(name = 'auto'): Layout | 'auto' {
  return oneOf(['auto', ...layoutNames], name, 'layout');
}

function learnerNamed(name: string): LearnerChoice {
  return oneOf(learnerChoices, name, 'learner');
}

function oneOf<T extends string>(known: readonly T[], name: string, what: string): T {
  const found = known.find((each) => each === name);
  if (found === undefined) throw usageError(`There is no ${what} "${name}"; known are ${known.join(', ')}.`);
  return found;
}
