// A process that labels one image after another and prints each id once it is confirmed: as the command line writes a
// file, or (a fifth argument, grow) as the engine of a window does. It changes and withdraws answers too.
import { writeSync } from 'node:fs';
import { addLabels, removeLabels, tidyLabels } from '../../src/engine/rounds/labelFiles';
import { LabelMemory } from '../../src/engine/rounds/labelMemory';
import { datasetFile } from '../support/datasetFiles';

const [, , directory, annotator, prefix, count, way] = process.argv;
const dataset = { name: 'toy', directory, file: datasetFile({ classes: ['a', 'b'] }), has: () => true };

const entryOf = (i: number) => ({ label: i % 2 === 0 ? 'a' : 'b', at: new Date().toISOString(), seconds: 0.1 });

async function main(): Promise<void> {
  const memory = new LabelMemory();
  const options = { overwrite: true, exact: true, ...(way === 'grow' && { memory }) };
  const save = (image: string, i: number) => addLabels(dataset, annotator, new Map([[image, entryOf(i)]]), options);
  for (let i = 0; i < Number(count); i++) {
    const image = `${prefix}-${i}.png`;
    await save(image, i);
    writeSync(1, `${image}\n`);
    if (way !== 'grow') continue;
    await save(image, i + 1);
    await save(`${prefix}-gone.png`, i);
    await removeLabels(dataset, annotator, [`${prefix}-gone.png`], memory);
    if (i % 20 === 19) await tidyLabels(dataset, annotator, memory);
  }
}
main();
