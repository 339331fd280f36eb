import { describe, expect, it, onTestFinished } from 'vitest';
import { pickListing } from '../../../src/extension/commands/pickDataset';
import { KnownFiles } from '../../../src/extension/datasets/knownFiles';
import { listDatasets, readDataset } from '../../../src/extension/datasets/readDatasets';
import type { Services } from '../../../src/extension/services';
import { datasetFile } from '../../support/datasetFiles';
import { window } from '../../support/vscodeStub';
import { writeDataset } from '../../support/writeDataset';

interface Item {
  readonly label: string;
  readonly detail: string;
}

/** Lets a test choose in the list that is shown. */
function choosing(choose: (items: readonly Item[]) => Item | undefined) {
  Object.assign(window, { showQuickPick: async (items: readonly Item[]) => choose(items) });
  onTestFinished(() => void Reflect.deleteProperty(window, 'showQuickPick'));
}

describe('the list of datasets to choose from', () => {
  it('names damaged ones with what is wrong, after those that can be used', async () => {
    const { workspace, write } = await writeDataset('faces');
    await write('../cats/dataset.json', '[');
    await write('../zoo/dataset.json', datasetFile({ name: 'zoo' }));
    const known = new KnownFiles();
    const datasets = {
      all: async () => Promise.all((await listDatasets(workspace)).map((ref) => readDataset(ref, known))),
      read: (ref: Parameters<typeof readDataset>[0]) => readDataset(ref, known),
    };
    let shown: readonly Item[] = [];
    choosing((items) => {
      shown = items;
      return items.at(-1);
    });
    const picked = await pickListing({ datasets } as unknown as Services, undefined);
    expect(shown.map(({ label }) => label)).toEqual(['faces', 'zoo', '$(warning) cats']);
    expect(shown.at(-1)?.detail).toMatch(/^dataset\.json: It is not valid JSON/);
    expect(picked).toMatchObject({
      ref: { name: 'cats' },
      problem: { message: expect.stringMatching(/not valid JSON/) },
    });
  });
});
