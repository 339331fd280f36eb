import type { Dataset } from '../data/dataset/type';
import type { OnProblem } from '../rounds/labelFiles';
import { disputesOf, settle } from '../rounds/settle';

/** What rows of a file that tell of settlements are in this dataset. Of images on which nobody differs here they are answers like any other. */
export interface SettledRows {
  /** Image → class, where people differ on it here: a settlement, and nobody's answer. */
  readonly disputes: ReadonlyMap<string, string>;
  /** Images that are settled to another class here, which stays. */
  readonly kept: readonly string[];
  /** Images whose settlement stays as it is here. */
  readonly unchanged: readonly string[];
}

/** Compares settled rows (image → class) with what people say in this dataset. */
export async function settledRows(
  dataset: Dataset,
  rows: ReadonlyMap<string, string>,
  overwrite: boolean,
  onProblem: OnProblem,
): Promise<SettledRows> {
  const disputes = new Map<string, string>();
  const kept: string[] = [];
  const unchanged: string[] = [];
  if (rows.size === 0) return { disputes, kept, unchanged };
  const { conflicts, settled } = await disputesOf(dataset, onProblem);
  const open = new Set(conflicts.map(({ image }) => image));
  for (const [image, label] of rows) {
    const known = settled.get(image);
    if (open.has(image) || (known && known.label !== label && overwrite)) disputes.set(image, label);
    else if (known) {
      unchanged.push(image);
      if (known.label !== label) kept.push(image);
    }
  }
  return { disputes, kept, unchanged };
}

/** Settles them; returns how many there were. */
export async function settleRows(
  dataset: Dataset,
  by: string,
  { disputes }: SettledRows,
  onProblem: OnProblem,
): Promise<number> {
  for (const label of new Set(disputes.values())) {
    const images = [...disputes].flatMap(([image, to]) => (to === label ? [image] : []));
    await settle(dataset, { by, rule: { how: 'decision', label }, images }, onProblem);
  }
  return disputes.size;
}
