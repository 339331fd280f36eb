import { basename, relative } from 'node:path';
import { l10n, MarkdownString, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, workspace } from 'vscode';
import type { ResultsFile } from '../../shared/schema/results';
import { readableStrategy } from '../../shared/strategyName';
import { wilsonInterval } from '../../shared/wilson';
import { gainSentence } from '../adviceTexts';
import { type DatasetState, latestResults, type RoundState, type Stale } from '../datasets/datasetState';
import type { RunningTask } from '../jobs/jobRunner';
import { imagesText, isolated, labelsText, numberText, percentText } from '../text';
import { encoderLook } from './encoderLook';
import type { Look } from './look';
import { type Node, nodeId } from './nodes';

const { Collapsed, Expanded, None } = TreeItemCollapsibleState;
/** Hebrew, Arabic and their kin. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;
const warning = new ThemeIcon('warning', new ThemeColor('list.warningForeground'));

/** How a node looks; `task` is what runs for its encoder now. */
export function treeItem(node: Node, task?: RunningTask): TreeItem {
  const { label, description = '', icon, context, tooltip, folding = None, command } = look(node, task);
  const item = new TreeItem(label, folding);
  item.id = nodeId(node);
  // after a name from right to left, the first digits would be drawn on its other side
  item.description = description && RIGHT_TO_LEFT.test(label) ? `\u200e${description}` : description;
  item.iconPath = icon;
  item.contextValue = context;
  const text = new MarkdownString();
  for (const [i, line] of tooltip.entries()) {
    if (i > 0) text.appendMarkdown('\n\n');
    text.appendText(line); // escapes: names come from files
  }
  item.tooltip = text;
  item.accessibilityInformation = { label: [label, ...(description ? [description] : [])].join(', ') };
  if (command) item.command = { command, title: label, arguments: [node] };
  return item;
}

function look(node: Node, task: RunningTask | undefined): Look {
  switch (node.kind) {
    case 'dataset':
      return datasetLook(node.state);
    case 'broken':
      return {
        label: node.ref.name,
        description: l10n.t('cannot be used'),
        icon: warning,
        context: 'broken',
        tooltip: [node.problem.file, node.problem.message],
        command: 'warmstart.openFile',
      };
    case 'problem':
      return {
        label: relative(node.ref.directory, node.file),
        description: node.problem.message,
        icon: warning,
        context: 'problem',
        tooltip: [node.file, node.problem.message],
        command: 'warmstart.openFile',
      };
    case 'encoder':
      return encoderLook(node.state, task);
    case 'rounds':
      return roundsLook(node.state);
    case 'round':
      return roundLook(node.state);
    case 'benchmarks':
      return {
        label: l10n.t('Benchmarks'),
        description: numberText(node.state.benchmarks.length),
        icon: new ThemeIcon('beaker'),
        context: 'benchmarks',
        tooltip: [],
        folding: Collapsed,
      };
    case 'benchmark':
      return {
        label: node.benchmark,
        description: node.state.report ? '' : l10n.t('no result yet'),
        icon: new ThemeIcon('graph-line'),
        context: node.state.report ? 'benchmark' : 'benchmark.unfinished',
        tooltip: [node.state.report ?? l10n.t('Run Benchmark Strategies under this name to go on with it.')],
        ...(node.state.report ? { command: 'warmstart.showCurve' } : {}),
      };
  }
}

function datasetLook(state: DatasetState): Look {
  const { ref, file, labelled, conflicts, problems } = state;
  const { train, test } = file.split;
  const results = latestResults(state);
  const accuracy = results?.metrics ? [percentText(results.metrics.accuracy)] : [];
  const folder = (workspace.workspaceFolders?.length ?? 0) > 1 ? [basename(ref.workspace)] : [];
  const disputed = conflicts > 0 ? [l10n.t('{0} disputed', numberText(conflicts))] : [];
  const disagreement = conflicts > 0 ? [l10n.t('Annotators disagree on {0}.', imagesText(conflicts))] : [];
  return {
    label: ref.name,
    // what changes first: the end is cut off in a narrow view
    description: [...folder, labelsText(labelled), ...disputed, ...accuracy].join(' · '),
    icon: problems.length > 0 ? warning : new ThemeIcon('file-media'),
    context: 'dataset',
    tooltip: [
      ref.directory,
      [imagesText(train + test), labelsText(labelled), ...disputed, ...accuracy].join(' · '),
      l10n.t('{0} to train on, {1} to test on', numberText(train), numberText(test)),
      l10n.t('Classes: {0}', file.classes.map(isolated).join(', ')),
      ...leftOutLine(file),
      ...disagreement,
      ...gainSentence(state),
      ...problems.map(({ file: path, message }) => `${relative(ref.directory, path)}: ${message}`),
    ],
    folding: Expanded,
  };
}

const NAMED_LEFT_OUT = 3;

/** Images that the import could not use; dataset.json says of each why. */
function leftOutLine({ broken }: DatasetState['file']): string[] {
  if (broken.length === 0) return [];
  const names = broken.slice(0, NAMED_LEFT_OUT).map(({ id }) => isolated(id));
  const more = broken.length > names.length ? [l10n.t('and more')] : [];
  return [
    l10n.t('{0} left out; dataset.json says why: {1}', imagesText(broken.length), [...names, ...more].join(', ')),
  ];
}

function roundsLook({ rounds, stale }: DatasetState): Look {
  const count = rounds.length === 0 ? l10n.t('none yet') : numberText(rounds.length);
  const changed = stale === 'testSet' ? l10n.t('test set changed') : l10n.t('labels changed');
  return {
    label: l10n.t('Rounds'),
    description: stale ? `${count} · ${changed}` : count,
    icon: new ThemeIcon('layers'),
    context: stale ? 'rounds.stale' : 'rounds',
    tooltip: staleTexts(stale),
    folding: rounds.length === 0 ? None : Expanded,
  };
}

function staleTexts(stale: Stale | null): string[] {
  if (!stale) return [];
  return [
    stale === 'testSet'
      ? l10n.t('The labels of the test set are not those that accuracy was measured on. Train Again mends that.')
      : l10n.t('Labels were changed since the last training, so its figures are of before. Train Again mends that.'),
  ];
}

/** On images that were drawn at random: how far from the truth that may be. */
function testSetText({ accuracy, count }: NonNullable<ResultsFile['metrics']>): string {
  const { low, high } = wilsonInterval(accuracy, count) ?? { low: 0, high: 1 };
  const range = [percentText(accuracy), percentText(low), percentText(high)] as const;
  return l10n.t('Accuracy {0} ({1} to {2} at 95 %) on {3} drawn at random', ...range, imagesText(count));
}

function roundLook({ round, strategy, isTest, asked, answered, skipped, results }: RoundState): Look {
  const isOpen = answered < asked;
  const metrics = results?.metrics;
  const accuracy = metrics ? [(results?.estimate ? '≈ ' : '') + percentText(metrics.accuracy)] : [];
  const measured = metrics
    ? [
        results?.estimate
          ? l10n.t(
              'Accuracy {0}, macro-F1 {1}: an estimate by cross-validation',
              percentText(metrics.accuracy),
              percentText(metrics.macroF1),
            )
          : results?.testSet
            ? testSetText(metrics)
            : l10n.t(
                'Accuracy {0}, macro-F1 {1} on the test split',
                percentText(metrics.accuracy),
                percentText(metrics.macroF1),
              ),
      ]
    : [l10n.t('Not trained on yet; the next round does that first.')];
  return {
    label: l10n.t('Round {0}', round),
    description: [
      ...(isTest ? [l10n.t('test set')] : []),
      l10n.t('{0}/{1} labelled', numberText(answered - skipped), numberText(asked)),
      ...(skipped > 0 ? [l10n.t('{0} skipped', numberText(skipped))] : []),
      ...accuracy,
    ].join(' · '),
    icon: new ThemeIcon(isOpen ? 'circle-large-outline' : 'pass'),
    context: isOpen ? 'round.open' : 'round.done',
    tooltip: [
      isTest
        ? l10n.t('A test set of {0}: measured on, never trained on', imagesText(asked))
        : l10n.t('{0} images, chosen by {1}', numberText(asked), readableStrategy(strategy)),
      ...measured,
    ],
    command: 'warmstart.labelBatch',
  };
}
