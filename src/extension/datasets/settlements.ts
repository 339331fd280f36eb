import type { Settlement } from '../../shared/schema/settlements';
import { placeIn, places } from '../../shared/workspace/paths';
import { parseSettlementFile, type Settlements, settlementsOf } from '../../shared/workspace/settlements';
import type { FileProblem } from './datasetState';
import { jsonNames } from './folders';
import type { JsonFiles } from './jsonFile';

export interface ReadSettlements {
  readonly settlements: Settlements;
  readonly problems: readonly FileProblem[];
}

/** What was settled, by everybody; a damaged file is listed and settles nothing. */
export async function readSettlements(
  directory: string,
  classes: readonly string[],
  json: JsonFiles,
): Promise<ReadSettlements> {
  const files = new Map<string, ReadonlyMap<string, Settlement>>();
  const problems: FileProblem[] = [];
  for (const name of await jsonNames(placeIn(directory, places.settlements))) {
    const by = name.slice(0, -'.json'.length);
    const read = await json.readWith(placeIn(directory, places.settlementsOf(by)), parseSettlementFile);
    if (read.kind === 'problem') problems.push(read.problem);
    if (read.kind === 'value') files.set(by, read.value);
  }
  return { settlements: settlementsOf(files, classes), problems };
}
