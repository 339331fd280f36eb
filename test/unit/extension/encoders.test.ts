import { describe, expect, it, onTestFinished } from 'vitest';
import { newDataset } from '../../../src/extension/commands/newDataset';
import { pretrainCommand } from '../../../src/extension/commands/pretrain';
import { runRound } from '../../../src/extension/commands/runRound';
import { useEncoder } from '../../../src/extension/commands/useEncoder';
import { KnownFiles } from '../../../src/extension/datasets/knownFiles';
import { readDataset } from '../../../src/extension/datasets/readDatasets';
import { type EncoderChoice, encoderChoices, importChoices } from '../../../src/extension/encoders/choices';
import { encoderInUse, isSettled } from '../../../src/extension/encoders/inUse';
import { EngineError } from '../../../src/extension/engine/engineError';
import type { Services } from '../../../src/extension/services';
import type { DatasetRef } from '../../../src/shared/workspace/paths';
import { continuedFile, datasetFile, encoderFile, externalEncoderFile } from '../../support/datasetFiles';
import { executed, Uri, window, workspace } from '../../support/vscodeStub';
import { writeDataset } from '../../support/writeDataset';

const guess = { schema: 1, use: 'faces', chosenBy: 'guess', why: 'FER2013 holds faces' } as const;
const nothing = {
  features: null,
  encoder: null,
  encoderWritten: null,
  continued: null,
  continuedWritten: null,
  continuingStopped: false,
  addedEncoders: [],
};
const continued = { continued: continuedFile(), continuedWritten: 0 };
const pretrained = { encoder: encoderFile(), encoderWritten: 0 };

/** Lists, messages and file dialogs that a command shows, and what a test answers: the label or button that begins so. */
function answering(...answers: readonly (string | undefined)[]) {
  const left = [...answers];
  const lists: EncoderChoice[][] = [];
  const messages: { message: string; buttons: unknown[]; detail?: string }[] = [];
  Object.assign(window, {
    showQuickPick: async (items: EncoderChoice[]) => {
      lists.push(items);
      const wanted = left.shift();
      return items.find(({ label }) => wanted !== undefined && label.includes(wanted));
    },
    showInputBox: async ({ value }: { value: string }) => left.shift() ?? value,
    showOpenDialog: async () => [Uri.file(left.shift() ?? '')],
    showInformationMessage: async (message: string, ...rest: unknown[]) => {
      const [options] = rest;
      const isModal = typeof options === 'object';
      messages.push({ message, buttons: isModal ? rest.slice(1) : rest, ...(isModal ? (options as object) : {}) });
      return isModal ? left.shift() : undefined;
    },
  });
  Object.assign(workspace, { getConfiguration: () => ({ get: () => undefined }) });
  onTestFinished(() => {
    for (const name of ['showQuickPick', 'showInputBox', 'showOpenDialog', 'showInformationMessage'])
      Reflect.deleteProperty(window, name);
    Reflect.deleteProperty(workspace, 'getConfiguration');
    executed.length = 0;
  });
  return { lists, messages };
}

type Job = readonly [method: string, params: unknown];

/** Services whose engine answers by a table, with the jobs that it was asked for; those ahead are marked. */
function services(ref: DatasetRef, results: Readonly<Record<string, (params: never) => unknown>>) {
  const jobs: Job[] = [];
  const known = new KnownFiles();
  const kept = new Map<string, unknown>();
  const chosenFolders: string[] = [];
  const answer = async (method: string, params: unknown) => {
    jobs.push([method, params]);
    return results[method]?.(params as never) ?? {};
  };
  const made = {
    datasets: { read: () => readDataset(ref, known), all: async () => [], refresh: async () => {} },
    jobs: {
      tasks: [],
      taskOn: () => undefined,
      run: (_title: string, _ref: unknown, work: (run: typeof answer) => unknown) => work(answer),
      runAhead: async (_title: string, _ref: unknown, method: string, params: unknown) => {
        jobs.push([`${method} ahead`, method === 'embed' ? null : params]);
        return results[method]?.(params as never);
      },
    },
    labelling: { open: async () => {} },
    shown: {
      openWithin: async (_directory: string, _folder: string, chosen: string) => void chosenFolders.push(chosen),
    },
    log: { error: () => {}, info: () => {}, warn: () => {} },
    reveal: async () => {},
    context: {
      workspaceState: {
        get: (key: string) => kept.get(key),
        update: async (key: string, value: unknown) => void kept.set(key, value),
      },
    },
  } as unknown as Services;
  return { made, jobs, chosenFolders, names: () => jobs.map(([name]) => name) };
}

const address = ({ workspace: folder, name }: DatasetRef) => ({ workspace: folder, dataset: name });
const uses = (params: { use: string }) => ({ use: params.use });

describe('what rounds look through', () => {
  it('is what was chosen, while it is there, and else what the engine takes', () => {
    const inUse = (state: object) => encoderInUse({ ...nothing, ...state });
    expect([inUse({}), inUse(pretrained), inUse({ features: guess })]).toEqual(['hog', 'combined', 'faces']);
    const own = { features: { ...guess, use: 'faces+pretrained' as const } };
    expect([inUse(own), inUse({ ...own, ...pretrained })]).toEqual(['hog', 'faces+pretrained']);
    const theirs = { features: { ...guess, use: 'continued' as const } };
    expect([inUse({ ...theirs, ...pretrained }), inUse({ ...theirs, ...continued })]).toEqual(['hog', 'continued']);
  });

  it('needs no question once it was chosen and is there', () => {
    const settled = (state: object) => isSettled({ ...nothing, ...state });
    expect([settled({}), settled({ features: guess }), settled(pretrained)]).toEqual([false, true, true]);
    expect(settled({ features: { ...guess, use: 'combined' } })).toBe(false);
    expect(settled({ features: { ...guess, use: 'continued' } })).toBe(false);
    expect(settled({ features: { ...guess, use: 'continued' }, ...continued })).toBe(true);
  });
});

describe('the list of encoders', () => {
  const shown = (choices: readonly EncoderChoice[]) =>
    choices.map(({ choice, description = '' }) => choice + description.replace(/^minutes.*/, '…'));

  it('begins with the guess at the import', () => {
    expect(shown(importChoices('general', 'few faces'))).toEqual([
      'generalguessed: few faces',
      'faces',
      'pretrain…',
      'hog',
    ]);
    const [first] = importChoices('faces', '');
    expect(first?.detail).toBe('Learnt from photographs of 9,000 people by name (VGGFace2); no expression labels.');
  });

  it('offers the built-in encoder that went on learning, and says which it is', () => {
    const choices = encoderChoices({ ...nothing, ...continued, features: { ...guess, use: 'continued' } });
    expect(shown(choices).slice(0, 5)).toEqual(['continuedin use', 'faces', 'general', 'pretrain…', 'hog']);
    expect(choices[0]?.label).toContain('Faces, Continued on Your Images');
  });

  it('offers that the built-in encoder in use goes on learning, and goes on with what was stopped', () => {
    const choices = encoderChoices({ ...nothing, features: guess });
    const [, , offered] = choices;
    expect(offered).toMatchObject({
      choice: 'continue',
      label: '$(sparkle) Let Faces Go On Learning from Your Images',
    });
    const stopped = encoderChoices({ ...nothing, features: guess, continuingStopped: true });
    expect(stopped[2]?.detail).toContain('goes on from there');
    for (const state of [
      { features: null },
      { features: { ...guess, use: 'hog' as const } },
      { features: guess, ...continued },
      { features: { ...guess, use: 'general' as const }, ...continued },
    ])
      expect(shown(encoderChoices({ ...nothing, ...state }))).not.toContain('continue');
    const begunAgain = encoderChoices({ ...nothing, ...continued, features: guess, continuingStopped: true });
    expect(shown(begunAgain).slice(0, 4)).toEqual(['facesin use', 'general', 'continue', 'continued']);
  });

  it('offers pre-training, or what it made alone and beside the encoder in use', () => {
    expect(shown(encoderChoices({ ...nothing, features: guess })).slice(0, 5)).toEqual([
      'facesin use',
      'general',
      'continue',
      'pretrain…',
      'hog',
    ]);
    const dino = { ...guess, use: 'external:dino' as const };
    const addedEncoders = [{ name: 'dino', trainedOn: null }];
    expect(shown(encoderChoices({ ...nothing, ...pretrained, addedEncoders, features: dino }))).toEqual([
      'external:dinoin use',
      'faces',
      'general',
      'combined',
      'external:dino+pretrained',
      'hog',
      'addFile', // the heading
      'addFile',
      'addFolder',
    ]);
  });
});

describe('a new dataset', () => {
  async function importing(answer: string | undefined, alreadyImported = false) {
    const { ref, workspace: folder } = await writeDataset('faces');
    workspace.workspaceFolders = [{ name: 'w', uri: Uri.file(folder) }];
    onTestFinished(() => {
      workspace.workspaceFolders = [];
    });
    const report = { name: 'faces', alreadyImported, images: 3, classes: ['a', 'b'], broken: [], notes: [] };
    const features = { use: 'faces', why: '39 of 40 images show a face' };
    const shown = answering(answer); // the dataset is there, so classes are not asked for
    const { made, names, jobs, chosenFolders } = services(ref, {
      import: () => ({ ...report, duplicates: { copies: 0, leaks: 0 }, features }),
      useEncoder: uses,
    });
    await newDataset(made, Uri.file(`${folder}/faces`));
    expect(chosenFolders).toEqual([`${folder}/faces`]);
    return { ...shown, names: names(), jobs, ref };
  }

  it('looks through the guess when the list is closed, and nothing waits for it', async () => {
    const { names, lists, messages } = await importing(undefined);
    expect(lists[0]?.map(({ choice }) => choice)).toEqual(['faces', 'general', 'pretrain', 'hog']);
    expect(names).toEqual(['import', 'embed ahead']);
    expect(messages[0]?.buttons).toEqual(['Run Active Round']);
  });

  it('looks through what is chosen', async () => {
    const { names, jobs, ref } = await importing('Anything');
    expect(names).toEqual(['import', 'useEncoder', 'embed ahead']);
    expect(jobs[1]?.[1]).toEqual({ ...address(ref), use: 'general' });
  });

  it('asks nothing when it was imported before', async () => {
    const { lists, names } = await importing(undefined, true);
    expect([lists, names]).toEqual([[], ['import', 'embed ahead']]);
  });
});

describe('a round', () => {
  it('asks nothing about encoders once one was guessed', async () => {
    const { ref, write } = await writeDataset('faces');
    await write('features.json', guess);
    const { lists } = answering();
    const { made, names } = services(ref, { query: () => ({ round: null, waiting: { rounds: [] } }) });
    await runRound(made, ref);
    expect([lists, names()]).toEqual([[], ['query']]);
  });

  it('asks where nothing was said, and goes on with the answer, or not', async () => {
    const { ref } = await writeDataset('faces');
    answering('HOG', undefined);
    const { made, names } = services(ref, {
      useEncoder: uses,
      query: () => ({ round: null, waiting: { rounds: [] } }),
    });
    await runRound(made, ref);
    expect(names()).toEqual(['useEncoder', 'embed ahead', 'query']);
    await runRound(made, ref);
    expect(names()).toHaveLength(3);
  });
});

describe('a built-in encoder that goes on learning', () => {
  const round = { round: 1, picks: [{}, {}] };
  const report = (labels: object | null, inUse: string) => ({ trained: true, encoder: continuedFile(), labels, inUse });

  async function asking(train: number, result: object | undefined, answer?: string) {
    const { ref, write } = await writeDataset('faces');
    await write('dataset.json', datasetFile({ name: 'faces', split: { train, test: 20 } }));
    await write('features.json', guess);
    const shown = answering();
    const { made, jobs, names } = services(ref, { query: () => ({ round }), continueEncoder: () => result });
    Object.assign(window, {
      setStatusBarMessage: () => {},
      showInformationMessage: async (message: string, ...buttons: string[]) => {
        shown.messages.push({ message, buttons });
        return buttons.find((button) => button === answer);
      },
    });
    await runRound(made, ref);
    await new Promise((resolve) => setTimeout(resolve, 50)); // nobody waits for the answer
    return { ...shown, made, ref, jobs, names };
  }

  it('is offered once, with the first batch, where there are enough images', async () => {
    const { messages, made, ref, names } = await asking(800, {});
    expect(messages).toEqual([
      {
        message:
          'While you label, Faces can go on learning from the 800 images of faces, without labels. It gives way to rounds.',
        buttons: ['Learn in the Background'],
      },
    ]);
    await runRound(made, ref);
    expect(messages).toHaveLength(1);
    expect(names()).toEqual(['query', 'query']);
    expect((await asking(499, {})).messages).toEqual([]);
  });

  it('is offered once more where it was stopped', async () => {
    const { messages, made, ref, names } = await asking(800, undefined, 'Learn in the Background');
    await runRound(made, ref);
    await runRound(made, ref);
    expect(messages.map(({ buttons }) => buttons)).toEqual([['Learn in the Background'], ['Go On']]);
    expect(messages[1]?.message).toBe('Faces was learning from the images of faces and was stopped.');
    expect(names()).toEqual(['query', 'continueEncoder ahead', 'query', 'query']);
  });

  it('learns ahead of any question, and says what it brought by the labels', async () => {
    const labels = { labels: 60, before: { accuracy: 0.41 }, after: { accuracy: 0.452 }, isWorse: false };
    const { messages, jobs, ref } = await asking(800, report(labels, 'continued'), 'Learn in the Background');
    expect(jobs.slice(1)).toEqual([
      ['continueEncoder ahead', { ...address(ref), base: 'faces', seed: expect.anything() }],
      ['embed ahead', null],
    ]);
    expect(messages[1]?.message).toBe(
      'Faces has learnt from 90 images of faces. On 60 labels, by cross-validation: 41.0 % right before, 45.2 % after. Rounds look through it from now on.',
    );
  });

  it('says so where labels speak against it, and where they are too few to tell', async () => {
    const labels = { labels: 60, before: { accuracy: 0.41 }, after: { accuracy: 0.3 }, isWorse: true };
    const against = await asking(800, report(labels, 'faces'), 'Learn in the Background');
    expect(against.messages[1]?.message).toMatch(/clearly worse by these labels, so rounds go on as before/);
    const elsewhere = await asking(800, report({ ...labels, isWorse: false }, 'hog'), 'Learn in the Background');
    expect(elsewhere.messages[1]?.message).toMatch(/Rounds look through another encoder, and go on as before/);
    expect(against.names()).toEqual(['query', 'continueEncoder ahead']);
    const few = await asking(800, report(null, 'continued'), 'Learn in the Background');
    expect(few.messages[1]?.message).toMatch(/There are too few labels yet to tell whether it helps\./);
  });
});

describe('pre-training of a dataset whose rounds look through another encoder', () => {
  it('offers the new one, alone and beside, and changes nothing by itself', async () => {
    const { ref, write } = await writeDataset('faces');
    await write('features.json', guess);
    const { messages } = answering();
    const { made, names } = services(ref, { pretrain: () => ({ trained: true, encoder: encoderFile() }) });
    await pretrainCommand(made, ref, { minutes: 1 });
    expect(names()).toEqual(['pretrain ahead']);
    expect(messages).toEqual([
      {
        message: expect.stringMatching(/is pre-trained\. Rounds still look through another: Faces\.$/),
        buttons: ['Use It', 'Use Both', 'Run Active Round'],
      },
    ]);
  });
});

describe('Use an Encoder', () => {
  const added = {
    name: 'dino',
    encoder: externalEncoderFile(),
    outputs: ['last_hidden_state'],
    preprocessor: '/models/dino/preprocessor_config.json',
    seconds: 0.05,
  };

  it('adds an ONNX file, shows what was found, and uses it', async () => {
    const { ref } = await writeDataset('faces');
    const { messages } = answering('Add an ONNX File', '/models/dino/onnx/model.onnx', undefined, 'Use It');
    const { made, jobs } = services(ref, { encoderAdd: () => added, useEncoder: uses });
    await useEncoder(made, ref);
    expect(jobs).toEqual([
      ['encoderAdd', { ...address(ref), path: '/models/dino/onnx/model.onnx', name: 'dino' }],
      ['useEncoder', { ...address(ref), use: 'external:dino' }],
      ['embed ahead', null],
    ]);
    expect(messages[0]?.detail?.split('\n')).toEqual([
      'Input: 224 × 224 pixels, RGB',
      'Fed with mean 0.5, deviation 0.5, as preprocessor_config.json says',
      'Output: last_hidden_state (cls), 384 numbers an image',
      'Speed: 20 images/s, one by one',
      'SHA-256: aaaaaaaaaaaa…',
    ]);
    expect(messages[1]?.message).toBe('Rounds of faces now look through dino.');
  });

  it('asks for the size of one that takes any, and for the values of one that nothing tells', async () => {
    const { ref } = await writeDataset('faces');
    const bare = { ...added.encoder, preprocessing: { ...added.encoder.preprocessing, normalise: null } };
    const { messages } = answering(
      'Add an ONNX File',
      '/m/a.onnx',
      'mine',
      '160',
      'Other Values…',
      'ImageNet',
      'Use It',
    );
    const { made, jobs } = services(ref, {
      useEncoder: uses,
      encoderAdd: ({ name, size, mean }: { name: string; size?: number; mean?: number[] }) => {
        if (size === undefined) throw new EngineError('input', 'It takes any size; add --size (such as --size 224).');
        return { ...added, name, preprocessor: null, encoder: mean ? added.encoder : bare };
      },
    });
    await useEncoder(made, ref);
    expect(jobs.slice(0, 4).map(([, params]) => params)).toMatchObject([
      { name: 'mine' },
      { name: 'mine', size: 160 },
      { name: 'mine', size: 160, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
      { use: 'external:mine' },
    ]);
    expect(messages[0]?.buttons).toEqual(['Use It', 'Other Values…']);
  });

  it('leaves everything as it is when what was found is not wanted', async () => {
    const { ref } = await writeDataset('faces');
    answering('Folder of a Model', '/models/dino', undefined, undefined);
    const { made, names } = services(ref, { encoderAdd: () => added });
    await useEncoder(made, ref);
    expect(names()).toEqual(['encoderAdd']);
  });
});
