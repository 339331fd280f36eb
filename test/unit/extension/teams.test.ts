import { readFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { settle as settleOnDisk } from '../../../src/engine/rounds/settle';
import { agreementMarkdown } from '../../../src/extension/agreement/agreementMarkdown';
import { reviewLabels } from '../../../src/extension/commands/reviewLabels';
import { settle } from '../../../src/extension/commands/settle';
import { readAnswers } from '../../../src/extension/datasets/answers';
import { KnownFiles } from '../../../src/extension/datasets/knownFiles';
import { readDataset } from '../../../src/extension/datasets/readDatasets';
import type { Services } from '../../../src/extension/services';
import { agreementReport } from '../../../src/shared/agreementReport';
import type { EngineRequests } from '../../../src/shared/protocol/engine';
import { placeIn, places } from '../../../src/shared/workspace/paths';
import { datasetFile, roundOf, says } from '../../support/datasetFiles';
import { executed, window, workspace } from '../../support/vscodeStub';
import { writeDataset } from '../../support/writeDataset';

interface Item {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
}

/** A dataset on which three people labelled, with the engine's own way of settling, and the lists that commands show. */
async function team(...picks: readonly string[]) {
  const { ref, write, label, directory } = await writeDataset();
  await write('dataset.json', datasetFile({ classes: ['angry', 'happy', 'sad'] }));
  await write('rounds/0001.json', roundOf(1, ['a.png', 'b.png', 'c.png']));
  await label('ana', { 'a.png': says('happy'), 'b.png': says('happy'), 'c.png': says('sad') });
  await label('bo', { 'a.png': says('sad'), 'b.png': says('sad'), 'c.png': says('sad') });
  await label('cleo', { 'b.png': says('sad') });
  const known = new KnownFiles();
  const file = datasetFile({ classes: ['angry', 'happy', 'sad'] });
  const request = async (_method: string, params: EngineRequests['labels/settle']['params']) => {
    const { settled, left } = await settleOnDisk(
      { name: ref.name, directory, file, has: (image) => /^[abc]\.png$/.test(image) },
      { by: params.annotator, ...params },
    );
    return { settled: settled.length, left };
  };
  const lists: Item[][] = [];
  const messages: string[] = [];
  const opened: unknown[] = [];
  const left = [...picks];
  Object.assign(window, {
    showQuickPick: async (items: Item[]) => {
      lists.push(items);
      const wanted = left.shift();
      return wanted === undefined ? undefined : items.find((item) => item.label.includes(wanted));
    },
    showInformationMessage: async (message: string) => void messages.push(message),
  });
  Object.assign(workspace, {
    getConfiguration: () => ({ get: (key: string) => (key === 'annotator' ? 'dan' : undefined) }),
  });
  onTestFinished(() => {
    for (const name of ['showQuickPick', 'showInformationMessage']) Reflect.deleteProperty(window, name);
    Reflect.deleteProperty(workspace, 'getConfiguration');
    executed.length = 0;
  });
  const state = async () => {
    const listing = await readDataset(ref, known);
    if (!listing || 'problem' in listing) throw new Error('The dataset is broken.');
    return listing;
  };
  const services = {
    datasets: {
      read: state,
      answers: () => readAnswers(ref, file.classes, known),
      roundOf: async () => 1,
      refresh: async () => [],
    },
    engine: { request },
    labelling: { open: async (...args: unknown[]) => void opened.push(args) },
  } as unknown as Services;
  const settlements = async () =>
    JSON.parse(await readFile(placeIn(directory, places.settlementsOf('dan')), 'utf8')).settlements;
  return { ref, services, lists, messages, opened, state, settlements, label };
}

describe('Settle Disputes', () => {
  it('settles all that a rule gives a class, and says what is left', async () => {
    const { ref, services, lists, messages, state, settlements } = await team('By Majority');
    expect(await state()).toMatchObject({ labelled: 1, conflicts: 2 });
    await settle(services, ref);
    expect(lists[0]).toMatchObject([
      { label: 'All of them' },
      { label: 'By Majority', description: 'settles 1 of 2' },
      { label: 'As ana Says', description: 'settles 2 of 2' },
      { label: 'As bo Says', description: 'settles 2 of 2' },
      { label: 'As cleo Says', description: 'settles 1 of 2' },
      { label: 'One by one' },
      { label: 'a.png', description: 'ana: happy · bo: sad' },
      { label: 'b.png', description: 'ana: happy · bo: sad · cleo: sad' },
    ]);
    expect(messages).toEqual(['Settled 1 image of faces. The rule gives 1 image no class.']);
    expect(await settlements()).toMatchObject({ 'b.png': { label: 'sad', how: 'majority' } });
    expect(await state()).toMatchObject({ labelled: 2, conflicts: 1, problems: [] });
  });

  it('goes on one by one until none is left, the classes that were given first', async () => {
    const { ref, services, lists, state } = await team('a.png', 'angry', 'b.png', 'happy');
    await settle(services, ref);
    expect(lists[1]?.map(({ label }) => label)).toEqual([
      'happy',
      'sad',
      '$(eye) Look at the Image',
      'Nobody said',
      'angry',
    ]);
    expect(await state()).toMatchObject({ labelled: 3, conflicts: 0 });
  });

  it('shows an image before it is decided, and says so where people agree', async () => {
    const { ref, services, opened, messages, state } = await team('b.png', 'Look at', 'As bo');
    await settle(services, ref);
    expect(opened).toEqual([[ref, 1, 'b.png']]);
    expect(await state()).toMatchObject({ conflicts: 2 });
    await settle(services, ref);
    await settle(services, ref);
    expect(messages.at(-1)).toBe('People agree on every image of faces that several of them labelled.');
  });
});

describe('Review Labels', () => {
  it('leads to settling, lists what was settled and what was opened again', async () => {
    const { ref, services, lists, label } = await team('Settle…', 'By Majority');
    await reviewLabels(services, ref);
    expect(executed).toEqual([['warmstart.settle', ref]]);
    await settle(services, ref);
    await reviewLabels(services, ref);
    const found = (text: string) => lists.at(-1)?.find((item) => item.label.includes(text));
    expect(found('(law) b.png')).toMatchObject({ description: 'sad, settled by dan' });
    await label('cleo', { 'b.png': says('angry') });
    await reviewLabels(services, ref);
    expect(found('(warning) b.png')).toMatchObject({
      detail: 'was settled to sad by dan, before another answer came in',
    });
  });
});

describe('the page of agreement', () => {
  it('has counts by person and class, and what Cohen and Krippendorff say', async () => {
    const { services, state } = await team();
    const { answers, merged } = await services.datasets.answers(await state());
    const again = new Map([
      [
        'ana',
        new Map([
          ['a.png', says('happy')],
          ['b.png', says('sad')],
          ['c.png', says('sad')],
        ]),
      ],
      ['bo', new Map([['not labelled first.png', says('sad')]])],
    ]);
    const page = agreementMarkdown('my [faces]', agreementReport(['happy', 'sad', '_angry_'], answers, merged, again));
    expect(page).toContain('# Agreement on my \\[faces\\]');
    expect(page).toContain(
      '| Person | happy | sad | \\_angry\\_ | All |\n| --- | --: | --: | --: | --: |\n| ana | 2 | 1 | 0 | 3 |',
    );
    expect(page).toContain('| ana | bo | 3 | 33.3\u00a0% |');
    expect(page).toMatch(/Krippendorff's α is \*\*-?\d\.\d+\*\*\./);
    expect(page).toContain('Several people labelled 3 images; they differ on 2, of which 0 are settled.');
    // by chance 2/3 · 1/3 + 1/3 · 2/3 = 4/9
    expect(page).toContain('## The same person twice');
    expect(page).toContain('| ana | 3 | 66.7\u00a0% | 0.40 |');
    expect(page.split('The same person twice')[1]).not.toContain('| bo |');
  });

  it('says what is not known', () => {
    const empty = { conflicts: [], settled: new Map() };
    expect(agreementMarkdown('faces', agreementReport(['a'], [], empty, new Map()))).toContain(
      'Nobody has labelled anything yet.',
    );
    const alone = [
      { annotator: 'ana', image: 'a.png', label: 'a', at: '', seconds: 1 },
      { annotator: 'Ana', image: 'b.png', label: 'a', at: '', seconds: 1 },
    ];
    const page = agreementMarkdown('faces', agreementReport(['a'], alone, empty, new Map()));
    expect(page).not.toContain('twice');
    expect(page).toContain('No image was labelled by two people: agreement is not known.');
    expect(page).toContain('The annotators Ana and ana differ only in upper and lower case');
  });
});
