import { wholeNumber } from '../../shared/chart/text';
import { type FeatureName, featuresOf, kindOf } from '../../shared/features';
import { decimal } from '../../shared/percent';
import type { BenchmarkReport, BenchmarkSummary, Comparison } from '../../shared/schema/report';
import { pairsNeeded } from '../../shared/signFlip';
import { bootstrapFrom, studentQuantile } from '../../shared/statistics';
import { bullets, markdownTable, rowName, seeds, signed, strategyCell } from './markdown';

/** The sections of a report that say which differences can be told from chance, and how strategies stand to each other. */
export function comparisonSections(report: BenchmarkReport): string[] {
  return [
    ...testSection(report),
    ...(report.comparisons ?? []).flatMap((comparison) => comparisonSection(report, comparison)),
  ];
}

/** File name of the performance profile on a kind of features. */
export const profileFile = (features: FeatureName): string => `profile-${kindOf(features).file}.svg`;

function testSection({ summary, protocol }: BenchmarkReport): string[] {
  const tested = summary.filter((row) => row.signFlip);
  if (tested.length === 0) return [];
  const rows = tested.map((row) => {
    const { differenceToRandom: difference, signFlip } = row;
    const interval = difference?.bootstrap;
    return [
      ...rowName(row),
      difference ? signed(difference.mean) : '–',
      interval ? `[${signed(interval.low)}, ${signed(interval.high)}]` : '–',
      String(signFlip?.n ?? 0),
      signFlip ? probability(signFlip.p) : '–',
      signFlip ? probability(signFlip.holm) : '–',
    ];
  });
  const header = [
    ...['Strategy', 'Pre-training', 'To random, points', 'Bootstrap 95 % interval', 'Seeds'],
    ...['p, sign-flip', 'p, Holm'],
  ];
  return [
    '## Tests against random',
    'AUBC minus that of random on the same features, paired by seed. p: two-sided paired sign-flip (permutation) test that the mean difference is 0; Holm corrects it for all strategies compared on the same features.',
    markdownTable(header, rows),
    bullets([...whatSeedsCanShow(protocol.seeds.length, familySize(summary)), bootstrapWarning(protocol.seeds.length)]),
  ];
}

/** The largest number of strategies that are tested together. */
const familySize = (summary: readonly BenchmarkSummary[]): number =>
  Math.max(
    ...summary.map((row) => summary.filter((other) => other.signFlip && featuresOf(other) === featuresOf(row)).length),
  );

/** In plain words: the smallest p that so many seeds allow, and how many seeds a significant result would need. */
export function whatSeedsCanShow(n: number, hypotheses: number): string[] {
  if (n === 1) return ['**One seed can show nothing**: its p is always 1.'];
  const smallest = 2 / 2 ** n;
  const corrected = Math.min(1, smallest * hypotheses);
  const needed = pairsNeeded(hypotheses);
  const family = hypotheses === 1 ? '' : `; corrected for ${hypotheses} strategies it is ${probability(corrected)}`;
  const reach = `With ${seeds(n)} the smallest p that the test can give is ${probability(smallest)}${family}.`;
  if (corrected <= 0.05) return [`${reach} A p above 0.05 is no proof that there is no difference.`];
  const least = `the fewest with which a difference can reach 5 %${hypotheses === 1 ? '' : ` among ${hypotheses} strategies`}`;
  return [
    `**${reach} So no difference here can be significant at 5 %, however large it is**; ${needed} seeds are ${least}. Read these rows as a description of ${seeds(n)}, not as a finding.`,
  ];
}

const bootstrapWarning = (n: number): string =>
  n > 1 && n < bootstrapFrom
    ? `The bootstrap draws from ${n} differences, so its interval can't reach beyond the smallest and the largest of them and is too narrow; the interval by Student's t above is the safer one.`
    : '';

const probability = (p: number): string =>
  p < 0.001 ? '< 0.001' : decimal(p, 3).replace(/0+$/, '').replace(/\.$/, '');

function comparisonSection(report: BenchmarkReport, comparison: Comparison): string[] {
  if (comparison.strategies.length < 2 || comparison.budgets.length === 0) return [];
  return [
    `## Pairwise comparisons ${kindOf(featuresOf(comparison)).phrase}`,
    penaltyText(report, comparison),
    penaltyTable(comparison),
    ...profileText(report, comparison),
  ];
}

function penaltyText({ protocol }: BenchmarkReport, { budgets }: Comparison): string {
  const n = protocol.seeds.length;
  const left =
    budgets.length < protocol.budgets.length ? '; the initial set is left out, because all strategies share it' : '';
  const bound =
    n > 1
      ? ` (|t| above ${decimal(studentQuantile(0.95, n - 1), 3)} for ${seeds(n)})`
      : ', which one seed does not allow';
  return `Pairwise penalty matrix (Ash et al. 2020): the share of the ${budgets.length} ${budgets.length === 1 ? 'budget' : 'budgets'} (as far as two seeds have both) at which the row's accuracy beats the column's by a paired two-sided t test at 5 %${bound}${left}. The last line is the mean of each column: how often a strategy is beaten, lower is better. The matrix knows no sizes of differences, and its tests are not corrected for their number.`;
}

function penaltyTable({ strategies, penalty }: Comparison): string {
  const share = (value: number | null) => (value === null ? '–' : decimal(value, 2));
  const rows = penalty.wins.map((row, i) => [
    strategyCell(strategies[i]),
    ...row.map((value, j) => (i === j ? '' : share(value))),
  ]);
  rows.push(['*Penalty*', ...penalty.penalty.map(share)]);
  return markdownTable(['Row beats column', ...strategies.map(strategyCell)], rows, 1);
}

/** Columns of the profile's table: every tenth factor. */
const TABLE_STEP = 10;

function profileText({ protocol }: BenchmarkReport, comparison: Comparison): string[] {
  const { profile, strategies } = comparison;
  if (!profile) return ['No performance profile: no seed has been measured for every strategy.'];
  const columns = profile.taus.flatMap((_, t) => (t % TABLE_STEP === 0 ? [t] : []));
  const rows = strategies.map((strategy, i) => [
    strategyCell(strategy),
    ...columns.map((t) => decimal(100 * profile.shares[i][t], 0)),
    decimal(100 * profile.area[i], 1),
  ]);
  const seedCount = protocol.seeds.length;
  return [
    `![Performance profile](${profileFile(featuresOf(comparison))})`,
    `Performance profile (Dolan & Moré 2002): in what share of the ${wholeNumber(profile.problems)} pairs of seed (${seedCount}) and budget (${comparison.budgets.length}) a strategy's error, 1 − accuracy, is within a factor τ of the smallest one there, in %. At τ = 1: how often it is the best (ties count for all). Area: the mean over τ, higher is better.`,
    markdownTable(['Strategy', ...columns.map((t) => `τ = ${decimal(profile.taus[t], 3)}`), 'Area'], rows, 1),
  ];
}
