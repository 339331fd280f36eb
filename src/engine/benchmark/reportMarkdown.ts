import { describeResult } from '../../shared/chart/describe';
import { baselineStrategy, reportChart } from '../../shared/chart/reportChart';
import { curveTable } from '../../shared/chart/table';
import { decimal, percent, wholeNumber } from '../../shared/chart/text';
import { type FeatureName, featuresOf } from '../../shared/features';
import type { BenchmarkReport, BenchmarkSummary, PairedDifference, SummaryPoint } from '../../shared/schema/report';
import { bootstrapFrom, mean } from '../../shared/statistics';
import { readableStrategy } from '../../shared/strategyName';

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
    ...atLastBudget(report),
    '## Time',
    timeTable(report),
    '## How to read this',
    howToRead(report),
    '## Limits',
    limits(report),
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;
}

const pretraining: Readonly<Record<FeatureName, string>> = {
  scratch: 'no',
  random: 'no (random features)',
  hog: 'no (HOG features)',
  pretrained: 'yes',
};
const rowName = (row: BenchmarkSummary): string[] => [
  literal(readableStrategy(row.strategy)),
  pretraining[featuresOf(row)],
];

const onFeatures: Readonly<Record<FeatureName, string>> = {
  scratch: 'without pre-training',
  random: 'on random features',
  hog: 'on HOG features',
  pretrained: 'with pre-training',
};

/** What of the planned grid has not been measured; nothing when all of it has. */
function missing({ summary, protocol }: BenchmarkReport): string {
  const planned = protocol.seeds.length;
  const incomplete = summary.filter((row) => row.completeSeeds.length < planned);
  if (incomplete.length === 0) return '';
  const done = summary.reduce((sum, row) => sum + row.completeSeeds.length, 0);
  const rows = incomplete.map((row) => {
    const variant = `${literal(readableStrategy(row.strategy))} ${onFeatures[featuresOf(row)]}`;
    return `- ${variant}: ${row.completeSeeds.length} of ${seeds(planned)}`;
  });
  const intro = `**This benchmark is incomplete**: ${done} of ${summary.length * planned} cells are finished. Run it again to go on where it stopped. Missing:`;
  return `${intro}\n\n${rows.join('\n')}`;
}

function protocol({ dataset, protocol: plan, axis }: BenchmarkReport): string {
  const last = plan.budgets[plan.budgets.length - 1];
  const first =
    plan.first === 'random'
      ? 'drawn at random, the same for every strategy of a seed'
      : 'picked by the strategy itself, before anything is labelled';
  const encoder =
    plan.encoder === null
      ? 'No cell uses pre-training.'
      : `Cells with pre-training start from the encoder ${literal(plan.encoder)}, which was trained without labels.`;
  return [
    `Dataset ${literal(dataset.name)} (digest \`${dataset.digest.slice(0, 12)}\`): ${wholeNumber(dataset.train)} images to draw from, ${wholeNumber(dataset.test)} test images, ${dataset.classes.length} classes.`,
    `The initial set of ${wholeNumber(plan.initial)} images is ${first}; every query adds ${wholeNumber(plan.budget)}, up to ${wholeNumber(last)} labels (${plan.budgets.length} trainings in a cell). Labels come from the known classes.`,
    `Learner: ${literal(plan.learner)}; every training starts from the untouched encoder and a fresh head.`,
    encoder,
    fixedFeatures(plan.features ?? []),
    `Seeds: ${plan.seeds.join(', ')}. Device: ${literal(plan.device)}. All metrics are measured on the test images. Areas are taken on a ${axis === 'log' ? 'logarithmic' : 'linear'} axis of labels.`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** What the rows on fixed features are; nothing where there are none. */
function fixedFeatures(compared: readonly FeatureName[]): string {
  const kinds = [
    compared.includes('hog') ? 'histograms of oriented gradients (HOG)' : '',
    compared.includes('random') ? "the encoder's random weights, left as they are (random features)" : '',
  ].filter(Boolean);
  return kinds.length === 0 ? '' : `Rows on fixed features are probes on ${kinds.join(' and ')}, whatever the learner.`;
}

function accuracyTable(report: BenchmarkReport): string {
  const table = curveTable(reportChart(report));
  const planned = report.protocol.seeds.length;
  const rows = table.rows.map(([, , ...cells], i) => {
    const row = report.summary[i];
    return [...rowName(row), `${row.completeSeeds.length} of ${planned}`, ...cells];
  });
  const [strategy, pretraining, ...budgets] = table.header;
  const intro = `Accuracy in %, mean ± standard deviation over the seeds, by number of labels (and their share of the pool).`;
  return `${intro}\n\n${markdownTable([strategy, pretraining, 'Seeds', ...budgets], rows)}`;
}

function differenceTable(report: BenchmarkReport): string {
  const rows = report.summary.map((row) => [
    ...rowName(row),
    row.aubc ? spread(row.aubc.mean, row.aubc.sd) : '–',
    difference(row.differenceToRandom),
    difference(row.differenceToBaseline),
    row.labelsToMatchRandom === null ? '–' : wholeNumber(row.labelsToMatchRandom),
  ]);
  const last = report.protocol.budgets[report.protocol.budgets.length - 1];
  const header = [
    'Strategy',
    'Pre-training',
    'AUBC, %',
    'To random, same features',
    'To random without pre-training',
    `Labels to match random at ${wholeNumber(last)}`,
  ];
  const intro =
    'AUBC is the mean accuracy over the axis of labels. Differences are in percentage points of AUBC, paired by seed, with their 95 % interval and the number of seeds in which the difference is above zero.';
  return `${intro}\n\n${markdownTable(header, rows)}`;
}

/** "+1.8 [+0.4, +3.2], 3 of 3" */
function difference(value: PairedDifference | null): string {
  if (!value) return '–';
  const interval =
    value.low === null || value.high === null ? '[no interval]' : `[${signed(value.low)}, ${signed(value.high)}]`;
  return `${signed(value.mean)} ${interval}, ${value.wins} of ${value.n}`;
}

const signed = (share: number): string => {
  const text = decimal(100 * share, 1);
  return Number(text) > 0 ? `+${text}` : text.replace('-', '−');
};

const spread = (value: number, sd: number | null): string =>
  decimal(100 * value, 1) + (sd === null ? '' : ` ± ${decimal(100 * sd, 1)}`);

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
  return `${intro}\n\n${markdownTable(['Strategy', 'Pre-training', 'Selection, s a query', 'Training, s a round'], rows)}`;
}

const duration = (seconds: number | null): string =>
  seconds === null ? '–' : decimal(seconds, seconds < 0.1 ? 3 : seconds < 10 ? 2 : 0);

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
      : n < bootstrapFrom
        ? `With ${n} seeds any interval is rough. Ten or more paired seeds are what comparisons of strategies need.`
        : '',
    'With many strategies the best of them looks better than it is: about one interval in twenty misses the truth by chance, and they are not corrected for their number.',
    `"Labels to match random" is where the mean curve (its running maximum, interpolated in the logarithm of the labels) reaches what random has at the last budget; at most the first budget when it starts above, "–" when it never gets there or the rows are not over the same seeds.`,
    'On unbalanced classes read macro-F1 and the recall of the rare classes, not accuracy alone.',
  ];
  return bullets(lines);
}

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
    'Labels are taken as correct. People make mistakes, and more of them on the images that some strategies prefer.',
    summary.some((row) => row.strategy === baselineStrategy)
      ? ''
      : 'Random was not run, so no difference to it can be given.',
  ];
  return bullets(lines);
}

const bullets = (lines: readonly string[]): string =>
  lines
    .filter(Boolean)
    .map((line) => `- ${line}`)
    .join('\n');

const seeds = (n: number): string => `${n} ${n === 1 ? 'seed' : 'seeds'}`;

/** Cells are ready for Markdown; the first two columns are words, the others numbers. */
function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = header.map((_, column) => (column < 2 ? '---' : '---:'));
  return [header, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Names come from folders and people: they must not turn into tables, links or HTML. */
function literal(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]|#~]/g, (character) => `\\${character}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
