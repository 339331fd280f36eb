import { readdir } from 'node:fs/promises';
import { extname } from 'node:path';
import { type BenchmarkSource, budgetChart, type ChartView, classNames } from '../../shared/chart/budgetChart';
import type { CurveChart } from '../../shared/chart/curve';
import { type ChartMetric, overallMetrics, recallOf } from '../../shared/chart/metrics';
import { chartPicture, type PictureColours, type PictureWidth, pixelRatio } from '../../shared/chart/picture';
import { curveCsv, curveTable } from '../../shared/chart/table';
import { curveLatex, curveMarkdown } from '../../shared/chart/tableText';
import { benchmarkReportSchema } from '../../shared/schema/report';
import { placeIn, places } from '../../shared/workspace/paths';
import { type DatasetHead, openHead } from '../data/dataset/open';
import { inputError, usageError } from '../errors';
import { readResults } from '../rounds/roundFiles';
import { writeFileAtomic } from '../store/atomicFile';
import { exists } from '../store/exists';
import { readJson } from '../store/jsonFile';
import { textTable } from '../text/textTable';
import type { DatasetOptions } from './withDataset';

export interface ChartOptions extends DatasetOptions {
  /** Benchmarks to draw; the dataset's own run where there is none. */
  readonly benchmarks: readonly string[];
  /** A metric, or the name of a class, whose recall is drawn. */
  readonly metric: string;
  /** What is written says the extension of its name; nothing is written where it is left out. */
  readonly out?: string;
  readonly colours: PictureColours;
  readonly width: PictureWidth;
}

export interface ChartReport {
  readonly path: string | null;
  readonly caption: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The curve of a dataset's run or of its benchmarks: as a picture, as a table for a document, or on the terminal. */
export async function chart(options: ChartOptions): Promise<ChartReport> {
  const { out, colours, width } = options;
  const write = out === undefined ? null : writerOf(out);
  const drawn = await chartOf(await openHead(options.workspace, options.dataset), options);
  if (out !== undefined && write) await writeFileAtomic(out, await write(drawn, { colours, width }));
  return { path: out ?? null, ...curveTable(drawn) };
}

async function chartOf(head: DatasetHead, { benchmarks: names, metric }: ChartOptions): Promise<CurveChart> {
  const { name, file } = head;
  const benchmarks = await Promise.all(names.map((benchmark) => readBenchmark(head, benchmark)));
  const results = names.length > 0 ? [] : await readResults(head);
  const sources = { dataset: name, classes: file.classes, poolSize: file.split.train, results, benchmarks };
  const view: ChartView = {
    metric: metricNamed(metric, classNames(sources)),
    axis: 'auto',
    run: names.length === 0,
    benchmarks: names,
    hidden: [],
  };
  const { chart: drawn, entries } = budgetChart(sources, view);
  if (entries.some(({ series }) => series.points.length > 0)) return drawn;
  throw inputError(
    `Nothing of ${name} has been measured yet: label a batch and train, or name a benchmark with --benchmarks.`,
  );
}

async function readBenchmark({ directory, name }: DatasetHead, benchmark: string): Promise<BenchmarkSource> {
  const path = placeIn(directory, places.report(benchmark));
  if (await exists(path)) return { name: benchmark, report: await readJson(path, benchmarkReportSchema) };
  const known = await readdir(placeIn(directory, places.benchmarks)).catch(() => []);
  throw inputError(
    `Dataset ${name} has no benchmark "${benchmark}" with a report${known.length > 0 ? `; there are ${known.join(', ')}` : ''}.`,
  );
}

function metricNamed(name: string, classes: readonly string[]): ChartMetric {
  const metric = overallMetrics.find((one) => one === name);
  if (metric) return metric;
  if (classes.includes(name)) return recallOf(name);
  throw usageError(`There is no metric "${name}"; known are ${overallMetrics.join(', ')}, and the name of a class.`);
}

type Look = Pick<ChartOptions, 'colours' | 'width'>;
type Write = (drawn: CurveChart, look: Look) => string | Promise<Uint8Array>;

const writers: Readonly<Record<string, Write>> = {
  '.svg': chartPicture,
  '.png': async (drawn, look) => {
    const { default: sharp } = await import('sharp'); // native code, which tables do without
    const dots = pixelRatio(look.width);
    const picture = sharp(Buffer.from(chartPicture(drawn, look)), { density: 72 * dots });
    return picture
      .withMetadata({ density: 96 * dots })
      .png()
      .toBuffer();
  },
  '.csv': (drawn) => curveCsv(drawn),
  '.md': (drawn) => curveMarkdown(drawn),
  '.tex': (drawn) => curveLatex(drawn),
};

function writerOf(path: string): Write {
  const write = writers[extname(path).toLowerCase()];
  if (write) return write;
  throw usageError(`${path} does not say what to write; end its name in ${Object.keys(writers).join(', ')}.`);
}

export const describeChart = ({ path, caption, header, rows }: ChartReport): string =>
  path ?? [caption, textTable(header, rows)].join('\n');
