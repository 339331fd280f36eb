import { join } from 'node:path';
import { describeResult } from '../../shared/chart/describe';
import { renderProfileChart } from '../../shared/chart/profileChart';
import { renderCurveChart } from '../../shared/chart/render';
import { reportChart } from '../../shared/chart/reportChart';
import { curveTable } from '../../shared/chart/table';
import { featuresOf, kindOf } from '../../shared/features';
import { type BenchmarkReport, benchmarkReportSchema } from '../../shared/schema/report';
import { profileFile } from '../benchmark/comparisonsMarkdown';
import { collect, planCells, runGrid } from '../benchmark/grid';
import { CellLooks } from '../benchmark/looks';
import { buildReport } from '../benchmark/report';
import { reportMarkdown } from '../benchmark/reportMarkdown';
import type { Job } from '../job';
import { writeFileAtomic } from '../store/atomicFile';
import { writeJson } from '../store/jsonFile';
import { plural } from '../text/plural';
import { textTable } from '../text/textTable';
import { type BenchmarkOptions, type ReadyStudy, withStudy } from './benchmarkStudy';

export interface BenchmarkOutcome {
  /** Holds report.json, report.md, curve.svg and the performance profiles. */
  readonly folder: string;
  readonly report: BenchmarkReport;
  /** Cells that an earlier run had completed. */
  readonly reused: number;
}

/** The whole study by oracle: every strategy, with and without pre-training, over all seeds, and a report of it. */
export const benchmark = (options: BenchmarkOptions, job: Job): Promise<BenchmarkOutcome> =>
  withStudy(options, job, (ready) => runStudy(ready, job));

/** Runs the grid and writes its report; after a cancel, the report of what is finished. */
async function runStudy(ready: ReadyStudy, job: Job): Promise<BenchmarkOutcome> {
  const { request } = ready;
  try {
    const outcome = await runGrid(request, job);
    return { folder: request.folder, report: await reportOn(ready, outcome), reused: outcome.reused };
  } catch (error) {
    if (job.signal.aborted) {
      const finished = await collect(request, await planCells(request, new CellLooks(request.dataset, job)));
      if (finished.cells.some((cell) => cell.points.length > 0)) await reportOn(ready, finished);
    }
    throw error;
  }
}

/** Writes the report of the cells that were collected. */
export async function reportOn(
  { request, study }: ReadyStudy,
  { cells, notes }: Awaited<ReturnType<typeof collect>>,
): Promise<BenchmarkReport> {
  const report = buildReport({ ...study, cells, notes: [...(study.notes ?? []), ...notes] });
  await writeReport(request.folder, report);
  return report;
}

async function writeReport(folder: string, report: BenchmarkReport): Promise<void> {
  await writeJson(join(folder, 'report.json'), benchmarkReportSchema.parse(report));
  await writeFileAtomic(join(folder, 'report.md'), reportMarkdown(report));
  await writeFileAtomic(join(folder, 'curve.svg'), renderCurveChart(reportChart(report), { wholeNames: true }));
  for (const comparison of report.comparisons ?? []) {
    const features = featuresOf(comparison);
    const title = `${report.dataset.name}: performance profile ${kindOf(features).phrase}`;
    const profile = renderProfileChart(comparison, title);
    if (profile) await writeFileAtomic(join(folder, profileFile(features)), profile);
  }
}

export function describeBenchmark({ folder, report, reused }: BenchmarkOutcome): string {
  const chart = reportChart(report);
  const { header, rows } = curveTable(chart);
  const lines = [textTable(header, rows), describeResult(chart), ...report.notes];
  if (reused > 0) lines.push(`${plural(reused, 'cell')} of ${report.cells.length} were complete before.`);
  lines.push(join(folder, 'report.md'), join(folder, 'curve.svg'));
  return lines.join('\n');
}
