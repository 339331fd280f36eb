// A process that labels one image after another and prints each id once it is confirmed, as the panel's host would.
import { writeSync } from 'node:fs';
import { addLabels } from '../../src/engine/rounds/labelFiles';
import { datasetFile } from '../support/datasetFiles';

const [, , directory, annotator, prefix, count] = process.argv;
const dataset = { name: 'toy', directory, file: datasetFile({ classes: ['a', 'b'] }), has: () => true };

async function main(): Promise<void> {
  for (let i = 0; i < Number(count); i++) {
    const image = `${prefix}-${i}.png`;
    const entry = { label: i % 2 === 0 ? 'a' : 'b', at: new Date().toISOString(), seconds: 0.1 };
    await addLabels(dataset, annotator, new Map([[image, entry]]), { overwrite: true });
    writeSync(1, `${image}\n`);
  }
}
main();
