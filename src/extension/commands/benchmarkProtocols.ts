import { l10n, type QuickPickItem } from 'vscode';
import { HELD_OUT_SHARE, protocols } from '../../shared/benchmarkProtocols';
import type { EngineJobs } from '../../shared/protocol/engine';
import type { DatasetFile } from '../../shared/schema/dataset';
import { numberText } from '../text';

type Params = EngineJobs['benchmark']['params'];

/** At how many labels a benchmark measures, as a request to the engine has it. */
export type BenchmarkSteps = Pick<Params, 'protocol'> | Required<Pick<Params, 'initial' | 'budget' | 'cycles'>>;

export interface ProtocolChoice extends QuickPickItem {
  /** Null: to be asked for. */
  readonly steps: BenchmarkSteps | null;
  /** Usual number of repetitions. */
  readonly seeds: number;
}

/** A start for numbers of one's own: two labels a class, then what a round asks for. */
export const fewLabels = ({ split, classes }: Pick<DatasetFile, 'split' | 'classes'>, batchSize: number) => ({
  initial: Math.max(1, Math.min(poolOf(split), 2 * classes.length)),
  budget: batchSize,
  cycles: 5,
});

/** What a benchmark of the dataset can follow, with what each takes. */
export function protocolChoices(file: Pick<DatasetFile, 'split' | 'classes'>, batchSize: number): ProtocolChoice[] {
  const { paper, cold } = protocols;
  const pool = poolOf(file.split);
  const few = fewLabels(file, batchSize);
  const end = paper.initial.value + (paper.cycles - 1) * paper.budget.value;
  const rungs = cold.perClass.filter((labels) => labels * file.classes.length <= pool);
  const choices: ProtocolChoice[] = [
    {
      label: l10n.t('Few labels'),
      detail: l10n.t(
        '{0} labels at random, then {1} more per query, {2} trainings: quick, for a first look',
        numberText(few.initial),
        numberText(few.budget),
        few.cycles,
      ),
      steps: few,
      seeds: paper.seeds,
    },
    {
      label: l10n.t("The paper's steps"),
      detail: l10n.t(
        '{0} % of the images at random, then {1} % per query, {2} trainings: about {3} labels in all',
        paper.initial.value,
        paper.budget.value,
        paper.cycles,
        numberText(Math.floor((pool * end) / 100)),
      ),
      steps: { protocol: 'paper' },
      seeds: paper.seeds,
    },
    { label: l10n.t('Custom…'), steps: null, seeds: paper.seeds },
  ];
  if (rungs.length === 0) return choices;
  const coldStart: ProtocolChoice = {
    label: l10n.t('Cold start'),
    detail: l10n.t(
      '{0} labels per class, from the first label on; {1} repetitions, so it takes long',
      rungs.join(', '),
      cold.seeds,
    ),
    steps: { protocol: 'cold' },
    seeds: cold.seeds,
  };
  return choices.toSpliced(2, 0, coldStart);
}

/** Images to draw from, about: without a test split some are held out, class by class. */
const poolOf = ({ train, test }: DatasetFile['split']): number =>
  test > 0 ? train : Math.floor((1 - HELD_OUT_SHARE) * train);
