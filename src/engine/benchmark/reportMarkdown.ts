import { baselineStrategy, budgetsOf } from '../../shared/chart/curve';
import { describeResult } from '../../shared/chart/describe';
import { reportChart } from '../../shared/chart/reportChart';
import { curveTable } from '../../shared/chart/table';
import { wholeNumber } from '../../shared/chart/text';
import { type FeatureName, featuresOf, kindOf } from '../../shared/features';
import { decimal, percent } from '../../shared/percent';
import type { BenchmarkReport, BenchmarkSummary, PairedDifference, SummaryPoint } from '../../shared/schema/report';
import { bootstrapFrom, mean } from '../../shared/statistics';
import { comparisonSections } from './comparisonsMarkdown';
import { bullets, literal, markdownTable, rowName, seeds, signed, spread, strategyCell } from './markdown';

/** `report.md` of a benchmark: protocol, tables, how to read them, and what they do not show. */
export function reportMarkdown(report: BenchmarkReport): string {
  const sections = [
    `# Benchmark ${literal(report.name)} on ${literal(report.dataset.name)}`,
    '![Accuracy against the number of labels](curve.svg)',
    literal(describeResult(reportChart(report))),
    missing(report),
    report.notes.map((note) => `- ${literal(note)}`).join('\n'),
    '## Protocol',
    protocol(report),
    '## Accuracy',
    accuracyTable(report),
    '## Area under the curve and differences',
    differenceTable(report),
    ...comparisonSections(report),
    ...classesFound(report),
    ...atLastBudget(report),
    ...againstVotes(report),
    '## Time',
    timeTable(report),
    '## How to read this',
    howToRead(report),
    '## Limits',
    limits(report),
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;
}

/** What of the planned grid has not been measured; nothing when all of it has. */
function missing({ summary, protocol }: BenchmarkReport): string {
  const planned = protocol.seeds.length;
  const incomplete = summary.filter((row) => row.completeSeeds.length < planned);
  if (incomplete.length === 0) return '';
  const done = summary.reduce((sum, row) => sum + row.completeSeeds.length, 0);
  const rows = incomplete.map((row) => {
    const variant = `${strategyCell(row.strategy)} ${kindOf(featuresOf(row)).phrase}`;
    return `- ${variant}: ${row.completeSeeds.length} of ${seeds(planned)}`;
  });
  const intro = `**This benchmark is incomplete**: ${done} of ${summary.length * planned} cells are finished. Run it again to go on where it stopped. Missing:`;
  return `${intro}\n\n${rows.join('\n')}`;
}

function protocol({ dataset, protocol: plan, axis }: BenchmarkReport): string {
  const [, ...later] = plan.budgets;
  const first =
    plan.first === 'random'
      ? 'drawn at random, the same for every strategy of a seed'
      : 'picked by the strategy itself, before anything is labelled (rules that draw at random and those that need a model to choose start from one random draw, the same for all of them in a seed)';
  const growth =
    later.length === 0
      ? 'and no query follows'
      : plan.budget === null
        ? `queries bring it to ${later.map(wholeNumber).join(', ')} labels`
        : `every query adds ${wholeNumber(plan.budget)}, up to ${wholeNumber(later[later.length - 1])} labels`;
  const encoder =
    plan.encoder === null
      ? 'No cell uses pre-training.'
      : `Cells with pre-training start from the encoder ${literal(plan.encoder)}, which was trained without labels.`;
  return [
    `Dataset ${literal(dataset.name)} (digest \`${dataset.digest.slice(0, 12)}\`): ${wholeNumber(dataset.train)} images to draw from, ${wholeNumber(dataset.test)} test images, ${dataset.classes.length} classes.`,
    plan.name === undefined ? '' : `Protocol ${plan.name}.`,
    `The initial set of ${wholeNumber(plan.initial)} images is ${first}; ${growth} (${plan.budgets.length} ${plan.budgets.length === 1 ? 'training' : 'trainings'} in a cell). ${answers(plan)}`,
    `Learner: ${literal(plan.learner)}; every training starts from the untouched encoder and a fresh head.`,
    encoder,
    namedRows(plan.features ?? []),
    chosenRows(plan.rows),
    `Seeds: ${plan.seeds.join(', ')}. Device: ${literal(plan.device)}. All metrics are measured on the test images. Areas are taken on a ${axis === 'log' ? 'logarithmic' : 'linear'} axis of labels. Pool, test images and the head's first weights are the same for every strategy of a seed.`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** What stands behind the names in the chart, where rows were chosen. */
function chosenRows(rows: BenchmarkReport['protocol']['rows'] = []): string {
  const meanings = rows.map(
    ({ name, strategy, features }) => `"${literal(name)}" is ${strategyCell(strategy)} ${kindOf(features).phrase}`,
  );
  return meanings.length === 0 ? '' : `In the chart ${meanings.join(', ')}.`;
}

/** What the rows with a name of their own are; nothing where there are none. */
function namedRows(compared: readonly FeatureName[]): string {
  const described = (wanted: boolean) =>
    compared.flatMap((name) => {
      const { fixed, what } = kindOf(name);
      return fixed === wanted && what !== null ? [what] : [];
    });
  const [fixed, trained] = [described(true), described(false)];
  return [
    ...trained.map((what) => `Rows as rounds do it follow ${what}.`),
    fixed.length === 0 ? '' : `Rows on fixed features are probes on ${fixed.join(' and ')}, whatever the learner.`,
  ]
    .filter(Boolean)
    .join(' ');
}

function answers({ votes }: BenchmarkReport['protocol']): string {
  if (!votes?.oracle) return 'Labels come from the known classes.';
  return `Every answer is drawn from the votes on its image in ${literal(votes.file)} (digest \`${votes.digest.slice(0, 12)}\`), the same for every strategy of a seed; accuracy is measured on the known classes of the test images all the same.`;
}

function accuracyTable(report: BenchmarkReport): string {
  const chart = reportChart(report);
  const table = curveTable(chart);
  const planned = report.protocol.seeds.length;
  const figures = (cells: readonly string[]) => cells.slice(cells.length - budgetsOf(chart).length);
  const rows = report.summary.map((row, i) => [
    ...rowName(row),
    `${row.completeSeeds.length} of ${planned}`,
    ...figures(table.rows[i]),
  ]);
  const intro = `Accuracy in %, mean ± standard deviation over the seeds, by number of labels (and their share of the pool).`;
  return `${intro}\n\n${markdownTable(['Strategy', 'Pre-training', 'Seeds', ...figures(table.header)], rows)}`;
}

function differenceTable(report: BenchmarkReport): string {
  const rows = report.summary.map((row) => [
    ...rowName(row),
    row.aubc ? spread(row.aubc.mean, row.aubc.sd) : '–',
    row.aubcMacroF1 ? spread(row.aubcMacroF1.mean, row.aubcMacroF1.sd) : '–',
    difference(row.differenceToRandom),
    difference(row.differenceToBaseline),
    row.labelsToMatchRandom === null ? '–' : wholeNumber(row.labelsToMatchRandom),
  ]);
  const last = report.protocol.budgets[report.protocol.budgets.length - 1];
  const header = [
    'Strategy',
    'Pre-training',
    'AUBC, %',
    'AUBC of macro-F1, %',
    'To random, same features',
    'To random without pre-training',
    `Labels to match random at ${wholeNumber(last)}`,
  ];
  const intro = `AUBC is the mean accuracy over the ${report.axis === 'log' ? 'logarithmic' : 'linear'} axis of labels. Differences are in percentage points of AUBC, paired by seed, with their 95 % interval and the number of seeds in which the difference is above zero.`;
  return `${intro}\n\n${markdownTable(header, rows)}`;
}

/** "+1.8 [+0.4, +3.2], 3 of 3" */
function difference(value: PairedDifference | null): string {
  if (!value) return '–';
  const interval =
    value.low === null || value.high === null ? '[no interval]' : `[${signed(value.low)}, ${signed(value.high)}]`;
  return `${signed(value.mean)} ${interval}, ${value.wins} of ${value.n}`;
}

function classesFound(report: BenchmarkReport): string[] {
  const { summary, protocol, dataset } = report;
  const cell = (row: BenchmarkSummary, labelled: number) => {
    const found = row.points.find((point) => point.labelled === labelled)?.meanClassesFound ?? null;
    return found === null ? '–' : decimal(found, 1);
  };
  const rows = summary.map((row) => [...rowName(row), ...protocol.budgets.map((labelled) => cell(row, labelled))]);
  if (!rows.some((row) => row.slice(2).some((text) => text !== '–'))) return [];
  const whose = protocol.votes?.oracle ? ' as the oracle answered' : '';
  return [
    '## Classes found',
    `How many of the ${dataset.classes.length} classes have at least one label${whose}, by number of labels, mean over the seeds.`,
    markdownTable(['Strategy', 'Pre-training', ...protocol.budgets.map(wholeNumber)], rows),
  ];
}

function againstVotes(report: BenchmarkReport): string[] {
  const last = report.protocol.budgets[report.protocol.budgets.length - 1];
  const rows = report.summary.flatMap((row) => {
    const votes = row.points.find((point) => point.labelled === last)?.votes;
    return votes ? [[...rowName(row), decimal(votes.meanLogLoss, 3), decimal(100 * votes.meanAgreement, 1)]] : [];
  });
  const score = report.cells.flatMap((cell) => cell.points).find((point) => point.votes)?.votes;
  if (rows.length === 0 || !score) return [];
  return [
    `## Against the votes at ${wholeNumber(last)} labels`,
    `On the ${wholeNumber(score.images)} test images with votes. Cross-entropy of the predicted probabilities to the shares of the votes, in nats, lower is better (no model can be below the entropy of the votes, ${decimal(score.entropy, 3)}); agreement: the mean share of the votes, in %, that the predicted class has.`,
    markdownTable(['Strategy', 'Pre-training', 'Cross-entropy', 'Agreement'], rows),
  ];
}

function atLastBudget(report: BenchmarkReport): string[] {
  const last = report.protocol.budgets[report.protocol.budgets.length - 1];
  const ends = report.summary.map((row) => row.points.find((point) => point.labelled === last));
  const cells = (columns: number, of: (point: SummaryPoint) => string[]) =>
    report.summary.map((row, i) => {
      const point = ends[i];
      return [...rowName(row), ...(point ? of(point) : Array.from({ length: columns }, () => '–'))];
    });
  const metrics = cells(4, (point) => [
    spread(point.meanAccuracy, point.sdAccuracy),
    spread(point.meanMacroF1, point.sdMacroF1),
    spread(point.meanMacroRecall, point.sdMacroRecall),
    spread(point.meanEce, point.sdEce),
  ]);
  const classes = report.dataset.classes;
  const recalls = cells(classes.length, (point) =>
    classes.map((_, c) => {
      const recall = point.meanPerClassRecall[c] ?? null;
      return recall === null ? '–' : decimal(100 * recall, 1);
    }),
  );
  const name = ['Strategy', 'Pre-training'];
  return [
    `## At ${wholeNumber(last)} labels`,
    `In %, mean ± standard deviation. ECE is the expected calibration error: lower is better.`,
    markdownTable([...name, 'Accuracy', 'Macro-F1', 'Macro recall', 'ECE'], metrics),
    'Recall of each class in %, mean over the seeds:',
    markdownTable([...name, ...classes.map(literal)], recalls),
  ];
}

function timeTable(report: BenchmarkReport): string {
  const rows = report.summary.map((row) => {
    // The initial set is no query of the strategy's unless the strategy picks it.
    const queries = report.protocol.first === 'strategy' ? row.points : row.points.slice(1);
    return [
      ...rowName(row),
      duration(mean(queries.map((point) => point.meanSelectionSeconds))),
      duration(mean(row.points.map((point) => point.meanTrainingSeconds))),
    ];
  });
  const intro = `Seconds on ${literal(report.protocol.device)}, mean over budgets and seeds. Cells may have run side by side, so these are no measurement of speed.`;
  return `${intro}\n\n${markdownTable(['Strategy', 'Pre-training', 'Selection, s per query', 'Training, s per round'], rows)}`;
}

const duration = (seconds: number | null): string =>
  seconds === null ? '–' : decimal(seconds, seconds < 0.1 ? 3 : seconds < 10 ? 2 : 0);

/** Below this number of seeds a report warns of its intervals. */
const FEW_SEEDS = 10;

function howToRead({ protocol: plan, summary }: BenchmarkReport): string {
  const n = plan.seeds.length;
  const interval =
    n >= bootstrapFrom
      ? 'the percentile bootstrap (10,000 resamples of the seeds)'
      : `Student's t distribution (below ${bootstrapFrom} seeds the bootstrap is too narrow)`;
  const both = ['pretrained', 'scratch'].every((name) => summary.some((row) => featuresOf(row) === name));
  const lines = [
    'Compare a strategy with random *on the same features*: that difference is what choosing images is worth.',
    both
      ? 'The difference to random without pre-training adds what pre-training is worth; it is not the strategy alone.'
      : '',
    `An interval comes from ${interval}. One that holds 0 means: these seeds do not show a difference.`,
    n === 1
      ? 'With one seed there is neither a spread nor an interval: nothing here can be told from chance.'
      : n < FEW_SEEDS
        ? `With ${n} seeds any interval is rough. Ten or more paired seeds are what comparisons of strategies need.`
        : '',
    'With many strategies the best of them looks better than it is: about one interval in twenty misses the truth by chance, and they are not corrected for their number (the tests against random are).',
    `"Labels to match random" is where the mean curve (its running maximum, interpolated in the logarithm of the labels) reaches what random has at the last budget; at most the first budget when it starts above, "–" when it never gets there or the rows are not over the same seeds.`,
    'On unbalanced classes read macro-F1 and the recall of the rare classes, not accuracy alone.',
  ];
  return bullets(lines);
}

const labelLimit = (votes: BenchmarkReport['protocol']['votes']): string =>
  votes?.oracle
    ? 'Answers differ from the known labels as the people did who voted; whoever labels your images may differ otherwise.'
    : 'Labels are taken as correct. People make mistakes, and more of them on the images that some strategies prefer.';

function limits({ dataset, protocol: plan, summary }: BenchmarkReport): string {
  const last = summary
    .flatMap((row) => row.points.slice(-1))
    .reduce((top, point) => Math.max(top, point.meanAccuracy), 0);
  const error = dataset.test > 0 ? Math.sqrt((last * (1 - last)) / dataset.test) : null;
  const lines = [
    'One dataset, one set of hyper-parameters: the order of strategies can differ elsewhere.',
    error === null || last === 0
      ? ''
      : `${wholeNumber(dataset.test)} test images: the standard error of an accuracy of ${percent(last)} from the choice of test images alone is ${decimal(100 * error, 1)} points. All rows share these images, so differences suffer less from it than levels, but the intervals above do not contain it.`,
    plan.encoder === null
      ? ''
      : 'All cells with pre-training share one encoder: the spread does not contain how much pre-training itself varies from run to run.',
    labelLimit(plan.votes),
    summary.some((row) => row.strategy === baselineStrategy)
      ? ''
      : 'Random was not run, so no difference to it can be given.',
  ];
  return bullets(lines);
}
