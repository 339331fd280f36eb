import type { Settlement } from '../../shared/schema/settlements';
import type { Conflict, MergedAnswers } from '../../shared/workspace/labels';
import { classBy, type SettleRule } from '../../shared/workspace/settleRule';
import { inputError } from '../errors';
import { type DatasetToLabel, labelPath } from './labelFile';
import { type OnProblem, readAnswers } from './labelFiles';
import { changeSettlements, settlementPath } from './settlementFiles';

export interface SettleWish {
  /** Who settles. */
  readonly by: string;
  readonly rule: SettleRule;
  /** The images that it is about; absent: every one that is disputed. */
  readonly images?: readonly string[];
}

export interface SettleOutcome {
  readonly settled: readonly { readonly image: string; readonly label: string }[];
  /** Images that stay disputed because the rule says nothing of them. */
  readonly left: readonly string[];
  readonly path: string;
}

/** Settles disputes: a record beside people's answers, which stay as they are. */
export async function settle(
  dataset: DatasetToLabel,
  { by, rule, images }: SettleWish,
  onProblem?: OnProblem,
): Promise<SettleOutcome> {
  labelPath(dataset, by); // refuses what can't name a file
  checkRule(dataset, rule);
  return changeSettlements(dataset, by, async (settlements) => {
    const { merged, answers, annotators } = await readAnswers(dataset, onProblem);
    if (rule.how === 'answer' && !annotators.includes(rule.of))
      throw inputError(
        `Nobody called "${rule.of}" has labelled dataset ${dataset.name}; its annotators are ${annotators.join(', ')}.`,
      );
    const differing = new Map<string, Conflict['answers']>(merged.conflicts.map((of) => [of.image, of.answers]));
    for (const image of images ?? [])
      if (merged.settled.has(image)) {
        const given = answers.filter((answer) => answer.image === image);
        differing.set(
          image,
          given.flatMap(({ annotator, label }) => (label === undefined ? [] : [{ annotator, label }])),
        );
      }
    const at = new Date().toISOString();
    const settled: { image: string; label: string }[] = [];
    const left: string[] = [];
    for (const image of images ?? differing.keys()) {
      const given = differing.get(image);
      if (!given) throw notDisputed(dataset, image);
      const settlement = settlementBy(rule, given, at);
      if (!settlement) left.push(image);
      else {
        settlements.set(image, settlement);
        settled.push({ image, label: settlement.label });
      }
    }
    return { settled, left, path: settlementPath(dataset, by) };
  });
}

/** Takes back what one person settled; returns how many settlements there were. */
export function withdraw(dataset: DatasetToLabel, by: string, images?: readonly string[]): Promise<number> {
  labelPath(dataset, by);
  return changeSettlements(dataset, by, async (settlements) => {
    const known = images ?? [...settlements.keys()];
    for (const image of known)
      if (!settlements.has(image))
        throw inputError(`${by} has settled nothing about image "${image}" of dataset ${dataset.name}.`);
    return known.filter((image) => settlements.delete(image)).length;
  });
}

/** Null where the rule gives no class: no majority, or no answer of that person. */
function settlementBy(rule: SettleRule, answers: Conflict['answers'], at: string): Settlement | null {
  const label = classBy(rule, answers);
  if (label === undefined) return null;
  const over = Object.fromEntries(answers.map(({ annotator, label: said }) => [annotator, said]));
  return { label, how: rule.how, ...(rule.how === 'answer' ? { of: rule.of } : {}), at, over };
}

function checkRule({ name, file: { classes } }: DatasetToLabel, rule: SettleRule): void {
  if (rule.how !== 'decision' || classes.includes(rule.label)) return;
  throw inputError(`"${rule.label}" is no class of dataset ${name}; use one of ${classes.join(', ')}.`);
}

const notDisputed = ({ name, has }: DatasetToLabel, image: string) =>
  inputError(
    has(image)
      ? `Image "${image}" of dataset ${name} is not disputed; name one that people answered differently.`
      : `Image "${image}" is not in dataset ${name}; paths are relative to the dataset's folder.`,
  );

/** What is disputed and what was settled, for whoever looks before settling. */
export const disputesOf = async (
  dataset: DatasetToLabel,
  onProblem?: OnProblem,
): Promise<Pick<MergedAnswers, 'conflicts' | 'settled'>> => {
  const { conflicts, settled } = (await readAnswers(dataset, onProblem)).merged;
  return { conflicts, settled };
};
