import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type JobProgress, PROTOCOL_VERSION } from '../../src/shared/protocol/engine';
import { serialiseLabels } from '../../src/shared/schema/labels';
import { benchmarkReportSchema } from '../../src/shared/schema/report';
import { cli, engineProgram, ensureBuilt } from '../support/built';
import { onBusyMachine } from '../support/busy';
import { startProgram } from '../support/commandLine';
import { addressOf, answer, classes, endless, importedDataset, testEngine, watched } from '../support/forkedEngine';
import { labelsOnDisk } from '../support/labelsOnDisk';
import { childrenOf, isAlive } from '../support/processes';
import { temporaryFolder } from '../support/temporaryFolder';
import { waitFor } from '../support/waitFor';

beforeAll(ensureBuilt);

/** The engine without the extension's side of it. */
function rawEngine(): { child: ChildProcess; ask: (method: string, params: unknown) => Promise<Answer> } {
  const child = fork(engineProgram, [], { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let id = 0;
  const ask = (method: string, params: unknown) =>
    new Promise<Answer>((resolve) => {
      child.once('message', (message: Answer) => resolve(message));
      child.send({ jsonrpc: '2.0', id: ++id, method, params });
    });
  return { child, ask };
}

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

const greeting = { protocol: PROTOCOL_VERSION, version: '1.2.3' };

describe('the first message', () => {
  it('is a handshake; anything before it is refused', async () => {
    const { child, ask } = rawEngine();
    expect((await ask('devices', {})).error).toMatchObject({
      code: 7,
      message: expect.stringMatching(/before the handshake/),
    });
    expect(await ask('handshake', greeting)).toMatchObject({ result: { protocol: PROTOCOL_VERSION, pid: child.pid } });
    expect((await ask('devices', {})).result).toMatchObject({ devices: expect.any(Array) });
  });

  it('of another version is refused with advice, and so is what follows', async () => {
    const { ask } = rawEngine();
    const { error } = await ask('handshake', { ...greeting, protocol: 99 });
    expect(error).toMatchObject({ code: 7, message: expect.stringMatching(/protocol 1 and the extension 99; reload/) });
    expect((await ask('devices', {})).error).toMatchObject({ code: 7 });
  });

  // Linux tells what a process has loaded
  it.runIf(process.platform === 'linux')('loads no native code: the engine starts quickly', async () => {
    const { child, ask } = rawEngine();
    await ask('handshake', greeting);
    expect(await readFile(`/proc/${child.pid}/maps`, 'utf8')).not.toMatch(/onnxruntime|libvips|sharp/);
  });
});

describe('wrong messages', () => {
  it('are answered with what is wrong', async () => {
    const { ask } = rawEngine();
    await ask('handshake', greeting);
    expect((await ask('labels/erase', {})).error).toMatchObject({
      code: 2,
      message: expect.stringMatching(/knows no request "labels\/erase"/),
    });
    expect((await ask('toString', {})).error).toMatchObject({ code: 2 });
    const wrong = { workspace: 'x', dataset: 'y', annotator: 'ann', images: [5] };
    expect((await ask('labels/remove', wrong)).error).toMatchObject({
      code: 2,
      message: expect.stringMatching(/at "images.0"/),
    });
    expect((await ask('pretrain', null)).error).toMatchObject({
      code: 2,
      message: expect.stringMatching(/The request pretrain is wrong/),
    });
    const nowhere = { workspace: await temporaryFolder(), dataset: 'nothing', images: [] };
    expect((await ask('images/files', nowhere)).error).toMatchObject({
      code: 1,
      message: expect.stringMatching(/no dataset "nothing"/),
    });
  });
});

describe('labels', () => {
  it('are on the disk when they are answered; an answer is replaced only when told, and taken back', async () => {
    const there = testEngine();
    const dataset = await importedDataset(there);
    const { engine } = there;
    const at = { ...addressOf(dataset), annotator: 'ann' };
    const onDisk = () => labelsOnDisk(dataset.directory, 'ann');
    const add = (image: string, label: string, overwrite = false) =>
      engine.request('labels/add', { ...at, additions: [{ image, entry: answer(label) }], overwrite });
    const [one, two] = ['train/happy/train-0.png', 'train/sad/train-1.png'];

    expect(await add(one, 'happy')).toEqual({ added: 1, unchanged: 0, kept: [] });
    expect(await onDisk()).toEqual({ [one]: answer('happy') });
    expect(await add(two, 'sad')).toEqual({ added: 1, unchanged: 0, kept: [] });
    expect(await add(one, 'happy')).toEqual({ added: 0, unchanged: 1, kept: [] });
    expect(await add(one, 'sad')).toEqual({ added: 0, unchanged: 0, kept: [one] });
    expect(await onDisk()).toEqual({ [one]: answer('happy'), [two]: answer('sad') });
    expect(await add(one, 'sad', true)).toEqual({ added: 1, unchanged: 0, kept: [] });
    expect(await engine.request('labels/remove', { ...at, images: [one] })).toEqual({ removed: 1 });
    expect(await engine.request('labels/remove', { ...at, images: [one] })).toEqual({ removed: 0 });
    expect(await onDisk()).toEqual({ [two]: answer('sad') });
  });

  it('to images that a person is asked again stand beside the labels, which stay', async () => {
    const there = testEngine();
    const dataset = await importedDataset(there);
    const { engine } = there;
    const at = addressOf(dataset);
    const ask = async (repeats: number) => {
      const wish = { ...at, strategy: 'random', budget: 4, seed: 0, ...(repeats > 0 ? { repeats } : {}) };
      return (await engine.run('query', wish, {})).round!;
    };
    const say = (images: readonly string[], label: string, again = false) =>
      engine.request('labels/add', {
        ...at,
        annotator: 'ann',
        additions: images.map((image) => ({ image, entry: answer(label) })),
        overwrite: false,
        ...(again ? { again } : {}),
      });
    const asked: string[] = [];
    for (let round = 0; round < 2; round++) {
      const images = (await ask(0)).picks.map(({ image }) => image);
      asked.push(...images);
      await say(images, 'happy');
    }
    const { repeats = [] } = await ask(50);
    const images = repeats.map(({ image }) => image);
    expect(images).toHaveLength(2);
    expect(asked.slice(0, 4)).toEqual(expect.arrayContaining(images));
    const before = await labelsOnDisk(dataset.directory, 'ann');
    const second = () => labelsOnDisk(join(dataset.directory, 'repeats'), 'ann');
    expect(await say(images, 'sad', true)).toEqual({ added: 2, unchanged: 0, kept: [] });
    expect(await second()).toEqual(Object.fromEntries(images.map((image) => [image, answer('sad')])));
    await expect(say(images, 'joy', true)).rejects.toThrow(/unknown class "joy"/);
    const remove = { ...at, annotator: 'ann', images, again: true };
    expect(await engine.request('labels/remove', remove)).toEqual({ removed: 2 });
    expect(await second()).toEqual({});
    expect(await labelsOnDisk(dataset.directory, 'ann')).toEqual(before);
  });

  it('that others write meanwhile are kept, and a file that became nonsense is never replaced', async () => {
    const there = testEngine();
    const dataset = await importedDataset(there);
    const path = join(dataset.directory, 'labels/ann.jsonl');
    const add = (image: string) =>
      there.engine.request('labels/add', {
        ...addressOf(dataset),
        annotator: 'ann',
        overwrite: false,
        additions: [{ image, entry: answer('happy') }],
      });
    await add('train/happy/train-0.png');
    const other = { 'train/happy/train-5.png': answer('sad') };
    await writeFile(path, serialiseLabels(new Map(Object.entries(other))));
    await add('train/happy/train-1.png');
    expect(await labelsOnDisk(dataset.directory, 'ann')).toEqual({
      ...other,
      'train/happy/train-1.png': answer('happy'),
    });
    await writeFile(path, '{ "schema": 1, "labels": {');
    await expect(add('train/happy/train-2.png')).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringMatching(/ann\.json/),
    });
    expect(await readFile(path, 'utf8')).toBe('{ "schema": 1, "labels": {');
  });

  it('of unknown images or classes are refused, also after the dataset was replaced', async () => {
    const there = testEngine();
    const dataset = await importedDataset(there);
    const add = (image: string, label: string) =>
      there.engine.request('labels/add', {
        ...addressOf(dataset),
        annotator: 'ann',
        overwrite: false,
        additions: [{ image, entry: answer(label) }],
      });
    await expect(add('train/happy/none.png', 'happy')).rejects.toMatchObject({
      code: 'input',
      message: expect.stringMatching(/none\.png/),
    });
    await expect(add('train/happy/train-0.png', 'joy')).rejects.toMatchObject({
      code: 'input',
      message: expect.stringMatching(/joy/),
    });
    await add('train/happy/train-7.png', 'happy');
    await rm(dataset.directory, { recursive: true });
    await rm(join(dataset.folder, 'train/happy/train-7.png'));
    await there.engine.run('import', { workspace: dataset.workspace, folder: dataset.folder }, {});
    await expect(add('train/happy/train-7.png', 'happy')).rejects.toMatchObject({ code: 'input' });
    expect(await add('train/happy/train-6.png', 'happy')).toMatchObject({ added: 1 });
  });

  it('are saved although the cache was deleted', async () => {
    const there = testEngine();
    const dataset = await importedDataset(there);
    await rm(join(dataset.directory, '.cache'), { recursive: true });
    const additions = [{ image: 'train/happy/train-0.png', entry: answer('happy') }];
    const saved = await there.engine.request('labels/add', {
      ...addressOf(dataset),
      annotator: 'ann',
      overwrite: false,
      additions,
    });
    expect(saved).toMatchObject({ added: 1 });
  });

  it('are saved at once while a job runs', async () => {
    const there = testEngine();
    const dataset = await importedDataset(there, { train: 40 });
    const { token, cancel, running, report } = watched();
    let ended = false;
    const job = there.engine
      .run('pretrain', { ...addressOf(dataset), ...endless }, { token, report })
      .catch(() => {})
      .finally(() => {
        ended = true;
      });
    await running;
    for (let i = 0; i < 10; i++) {
      const additions = [{ image: `train/happy/train-${i}.png`, entry: answer('happy') }];
      const request = { ...addressOf(dataset), annotator: 'ann', additions, overwrite: false };
      expect(await there.engine.request('labels/add', request)).toMatchObject({ added: 1 });
    }
    expect(ended).toBe(false);
    cancel();
    await job;
  });
});

describe('images', () => {
  it('are shown from their files; null for those that are gone or lie elsewhere', async () => {
    const there = testEngine();
    const dataset = await importedDataset(there);
    await rm(join(dataset.folder, 'train/sad/train-2.png'));
    const images = ['train/sad/train-1.png', 'train/sad/train-2.png', '../warmstart/faces/dataset.json', '/etc/hosts'];
    const { files } = await there.engine.request('images/files', { ...addressOf(dataset), images });
    expect(files).toEqual([join(dataset.folder, 'train/sad/train-1.png'), null, null, null]);
  });

  it('of a csv file are drawn into the cache', async () => {
    const { engine } = testEngine();
    const workspace = await temporaryFolder();
    const pixels = (seed: number) => Array.from({ length: 2304 }, (_, i) => (i * seed) % 256).join(' ');
    const rows = Array.from({ length: 6 }, (_, i) => `${i % 2},${pixels(i + 1)},${i < 4 ? 'Training' : 'PublicTest'}`);
    const folder = join(workspace, 'fer2013.csv');
    await writeFile(folder, `emotion,pixels,Usage\n${rows.join('\n')}\n`);
    const { name, directory } = await engine.run('import', { workspace, folder }, {});
    const request = { workspace, dataset: name, images: ['Training/000003', 'PublicTest/000005', 'Training/000099'] };
    const { files } = await engine.request('images/files', request);
    expect(files[2]).toBeNull();
    const { default: sharp } = await import('sharp');
    for (const [i, row] of [3, 5].entries()) {
      expect(files[i]).toContain(join(directory, '.cache'));
      const drawn = await sharp(files[i]!).toColourspace('b-w').raw().toBuffer();
      expect(drawn.equals(Buffer.from(pixels(row).split(' ').map(Number)))).toBe(true);
    }
    expect(await engine.request('images/files', request)).toEqual({ files });
  });
});

describe('jobs', () => {
  it('run the whole loop: import, train on nothing, query, label, train, suggest, export', async () => {
    const there = testEngine();
    const dataset = await importedDataset(there);
    const { engine } = there;
    const at = addressOf(dataset);
    expect(await engine.run('train', { ...at, learner: 'auto', seed: 0 }, {})).toEqual({
      trained: false,
      results: null,
    });
    const { round } = await engine.run('query', { ...at, strategy: 'random', budget: 9, seed: 0 }, {});
    if (!round) throw new Error('nothing was asked for');
    expect(round.picks).toHaveLength(9);
    await expect(engine.run('suggest', { ...at, round: 1 }, {})).rejects.toMatchObject({
      message: expect.stringMatching(/no trained model/),
    });
    const additions = round.picks.map(({ image }) => ({ image, entry: answer(image.split('/')[1]) }));
    await engine.request('labels/add', { ...at, annotator: 'ann', additions, overwrite: false });
    const { results } = await engine.run('train', { ...at, learner: 'probe', seed: 0 }, {});
    expect(results).toMatchObject({ round: 1, labelled: 9 });
    const { suggestions } = await engine.run('suggest', { ...at, round: 1 }, {});
    expect(suggestions.map(({ image }) => image)).toEqual(round.picks.map(({ image }) => image));
    for (const { label, probability } of suggestions) {
      expect(classes).toContain(label);
      expect(probability).toBeGreaterThan(1 / 3 - 1e-9);
      expect(probability).toBeLessThanOrEqual(1);
    }
    await expect(engine.run('suggest', { ...at, round: 7 }, {})).rejects.toMatchObject({
      message: expect.stringMatching(/no round 7; it has 1/),
    });
    // asked for everything there is, and once more: an end, not an error
    const rest = await engine.run('query', { ...at, strategy: 'random', budget: 10_000, seed: 0 }, {});
    const left = (rest.round?.picks ?? []).map(({ image }) => ({ image, entry: answer(image.split('/')[1]) }));
    await engine.request('labels/add', { ...at, annotator: 'ben', additions: left, overwrite: false });
    const end = await engine.run('query', { ...at, strategy: 'random', budget: 5, seed: 0 }, {});
    expect(end).toEqual({ round: null, note: expect.stringMatching(/nothing left to query/) });
    await engine.request('labels/remove', { ...at, annotator: 'ben', images: left.map(({ image }) => image) });
    const out = join(dataset.workspace, 'labels.csv');
    const exported = await engine.run('export', { ...at, what: 'labels', format: 'csv', out }, {});
    expect(exported).toEqual({ path: out });
    await expect(engine.run('train', { ...at, learner: 'telepathy', seed: 0 }, {})).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/no learner "telepathy"/),
    });
  });

  it('tell of images that wait for answers, and ask for more of them only when that is wanted', async () => {
    const there = testEngine();
    const at = addressOf(await importedDataset(there));
    const ask = (again?: boolean) =>
      there.engine.run('query', { ...at, strategy: 'random', budget: 3, seed: 0, ...(again ? { again } : {}) }, {});
    expect((await ask()).round?.round).toBe(1);
    expect(await ask()).toEqual({ round: null, waiting: { rounds: [1], unanswered: 3, asked: 3 } });
    const { round } = await ask(true);
    expect([round?.round, round?.picks.length]).toEqual([2, 3]);
    expect(await ask()).toEqual({ round: null, waiting: { rounds: [1, 2], unanswered: 6, asked: 6 } });
  });

  it('run benchmarks by protocol and features, or with numbers of their own', async () => {
    const there = testEngine();
    const dataset = await importedDataset(there);
    const { engine } = there;
    const study = { ...addressOf(dataset), strategies: ['margin'], features: ['hog'] as const, seeds: 1 };
    const protocolOf = async (folder: string) =>
      benchmarkReportSchema.parse(JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'))).protocol;
    const cold = await engine.run('benchmark', { ...study, name: 'cold', protocol: 'cold' }, {});
    expect(await protocolOf(cold.folder)).toMatchObject({
      name: 'cold',
      budgets: [3, 6, 15],
      first: 'strategy',
      seeds: [0],
      strategies: ['random', 'margin'],
      features: ['hog'],
      encoder: null,
    });
    expect(existsSync(join(cold.folder, 'profile-hog.svg'))).toBe(true);
    const own = await engine.run('benchmark', { ...study, name: 'own', initial: 6, budget: 4, cycles: 2 }, {});
    const protocol = await protocolOf(own.folder);
    expect(protocol).toMatchObject({ initial: 6, budget: 4, budgets: [6, 10], first: 'random' });
    expect(protocol).not.toHaveProperty('name');
    const wrong = [
      [{ protocol: 'warm' as 'cold' }, /The request benchmark is wrong at "protocol"/],
      [{ features: ['sift' as 'hog'] }, /The request benchmark is wrong at "features\.0"/],
      [{ pretrained: 'yes' as const }, /give one of them/],
    ] as const;
    for (const [changes, message] of wrong)
      await expect(engine.run('benchmark', { ...study, name: 'x', ...changes }, {})).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringMatching(message),
      });
  }, 60_000);

  it('draw the sample and import it', async () => {
    const { engine } = testEngine();
    const workspace = await temporaryFolder();
    const request = { workspace, folder: join(workspace, 'synthetic faces'), faces: 21 };
    const stages = new Set<string>();
    const { name } = await engine.run('sample', request, { report: ({ stage }) => stages.add(stage) });
    expect(name).toBe('synthetic faces');
    expect([...stages]).toEqual(expect.arrayContaining(['Drawing', 'Decoding images']));
    const again = await engine.run('import', { workspace, folder: request.folder, layout: 'sample' }, {});
    expect(again).toMatchObject({ name, alreadyImported: true, images: 28 });
  });

  it('report progress, are cancelled within a second, and pre-training goes on where it was', async () => {
    const there = testEngine();
    const dataset = await importedDataset(there, { train: 40 });
    const { token, cancel, running, report } = watched();
    const job = there.engine.run('pretrain', { ...addressOf(dataset), ...endless }, { token, report });
    await running;
    const progress = { stage: 'Pre-training', unit: 'images', done: expect.any(Number), rate: expect.any(Number) };
    // a rate needs some time to be one
    await expect
      .poll(() => there.engine.status, { timeout: 20_000 })
      .toMatchObject({ kind: 'busy', method: 'pretrain', progress });
    const asked = performance.now();
    cancel();
    await expect(job).rejects.toMatchObject({ code: 'cancelled' });
    expect(performance.now() - asked).toBeLessThan(onBusyMachine(1000));
    expect(there.engine.status).toEqual({ kind: 'ready' });

    // the next job begins when the process of the cancelled one has saved its checkpoint and gone
    const next = watched();
    const done: number[] = [];
    const again = there.engine.run(
      'pretrain',
      { ...addressOf(dataset), ...endless },
      {
        token: next.token,
        report: (progress) => {
          if (progress.stage === 'Pre-training') done.push(progress.done);
          next.report(progress);
        },
      },
    );
    await next.running;
    expect(existsSync(join(dataset.directory, '.cache/pretrain.safetensors'))).toBe(true);
    expect(done[0]).toBeGreaterThan(32); // one step is 32 images: it was not the first
    next.cancel();
    await expect(again).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('wait for each other, and can be cancelled while they wait', async () => {
    const there = testEngine();
    const dataset = await importedDataset(there, { train: 40 });
    const { engine } = there;
    const at = addressOf(dataset);
    const first = watched();
    const ends: string[] = [];
    const long = engine.run('pretrain', { ...at, ...endless }, first).finally(() => ends.push('long'));
    await first.running;
    const second = watched();
    const stages: string[] = [];
    const waiting = engine.run('query', { ...at, strategy: 'random', budget: 3, seed: 0 }, second);
    const third = engine
      .run('query', { ...at, strategy: 'random', budget: 3, seed: 0 }, { report: ({ stage }) => stages.push(stage) })
      .finally(() => ends.push('third'));
    await waitFor('it waits', () => stages.length > 0);
    expect(stages[0]).toBe('Waiting: Pre-training is running');
    const asked = performance.now();
    second.cancel();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    expect(performance.now() - asked).toBeLessThan(onBusyMachine(1000));
    expect(existsSync(join(dataset.directory, 'rounds/0001.json'))).toBe(false);
    first.cancel();
    await expect(long).rejects.toMatchObject({ code: 'cancelled' });
    expect((await third).round?.round).toBe(1);
    expect(ends).toEqual(['long', 'third']);
  });

  it('that work ahead are stopped for any other, and go on behind it', async () => {
    const there = testEngine();
    const dataset = await importedDataset(there, { train: 300 });
    const { engine } = there;
    const at = addressOf(dataset);
    const ends: string[] = [];
    const looks: JobProgress[] = [];
    const stages: string[] = [];
    const embedding = engine
      .run('embed', at, {
        report: (progress) => {
          stages.push(progress.stage);
          if (progress.total > 900) looks.push(progress); // not those of the sample that the projection is fitted to
        },
      })
      .finally(() => ends.push('embed'));
    await waitFor('some images to be looked at', () => looks.some(({ done }) => done > 0), 120);
    const first = looks.length;
    const { round } = await engine.run('query', { ...at, strategy: 'random', budget: 3, seed: 0 }, {});
    expect(round?.picks).toHaveLength(3);
    expect(ends).toEqual([]);
    expect(stages).toContain('Waiting: other work comes first');
    expect(await embedding).toEqual({ images: 909 });
    expect(looks[first]?.done).toBeGreaterThan(0); // went on
  }, 180_000);
});

/** An engine in the middle of a pre-training that would never end. */
async function pretraining() {
  const there = testEngine();
  const dataset = await importedDataset(there, { train: 40 });
  const { running, report } = watched();
  const job = there.engine.run('pretrain', { ...addressOf(dataset), ...endless }, { report });
  job.catch(() => {});
  await running;
  return { there, dataset, job };
}

describe.runIf(process.platform === 'linux')('a job whose process is killed', () => {
  it('fails with a sentence, and the engine goes on', async () => {
    const { there, job } = await pretraining();
    const { pid } = there.engine;
    for (const child of childrenOf(pid!)) process.kill(child, 'SIGKILL');
    await expect(job).rejects.toMatchObject({
      code: 'defect',
      message: expect.stringMatching(/^Pre-training ended unexpectedly \(SIGKILL, most often because memory ran out\)/),
    });
    expect(await there.engine.request('devices', {})).toMatchObject({ devices: expect.any(Array) });
    expect(there.engine.pid).toBe(pid);
  });
});

describe.runIf(process.platform === 'linux')('the engine', () => {
  it('ends with its job when its channel closes', async () => {
    const { there, dataset, job } = await pretraining();
    const pids = [there.engine.pid!, ...childrenOf(there.engine.pid!)];
    expect(pids).toHaveLength(2);
    there.engine.dispose();
    await expect(job).rejects.toMatchObject({ code: 'cancelled' });
    await waitFor('both have ended', () => !pids.some(isAlive));
    expect(existsSync(join(dataset.directory, '.cache/pretrain.safetensors'))).toBe(true);
    await expect(there.engine.request('devices', {})).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('ends with its job when the editor is killed', async () => {
    const there = testEngine();
    const dataset = await importedDataset(there, { train: 40 });
    const program = join(await temporaryFolder(), 'editor.js');
    const requests = [
      { jsonrpc: '2.0', id: 1, method: 'handshake', params: greeting },
      { jsonrpc: '2.0', id: 2, method: 'pretrain', params: { ...addressOf(dataset), ...endless, progressToken: 1 } },
    ];
    await writeFile(
      program,
      `const child = require('child_process').fork(${JSON.stringify(engineProgram)}, [], { execArgv: [] });
       for (const request of ${JSON.stringify(requests)}) child.send(request);
       child.on('message', (m) => m.params?.value?.stage === 'Pre-training' && console.log(child.pid));`,
    );
    const { child, ended } = startProgram(process.execPath, [program]);
    const engine = await new Promise<number>((resolve) =>
      child.stdout!.once('data', (text) => resolve(Number.parseInt(text, 10))),
    );
    const pids = [engine, ...childrenOf(engine)];
    expect(pids).toHaveLength(2);
    child.kill('SIGKILL');
    await ended;
    await waitFor('both have ended', () => !pids.some(isAlive));
  });

  it('that is killed takes its job with it', async () => {
    const { there, job } = await pretraining();
    const children = childrenOf(there.engine.pid!);
    process.kill(there.engine.pid!, 'SIGKILL');
    await expect(job).rejects.toMatchObject({
      code: 'defect',
      message: expect.stringMatching(/engine ended unexpectedly \(SIGKILL\); saved labels are safe/),
    });
    await waitFor('the job has ended', () => !children.some(isAlive));
  });
});

describe('a machine without a native package', () => {
  it('gets told which one, and can still label', async () => {
    const dataset = await importedDataset(testEngine());
    const folder = await temporaryFolder(); // no node_modules above it
    for (const program of [cli, engineProgram]) await copyFile(program, join(folder, program.split(/[\\/]/).at(-1)!));
    const { engine } = testEngine({ program: join(folder, 'main.js') });
    await expect(
      engine.run('import', { workspace: dataset.workspace, folder: dataset.folder, name: 'other' }, {}),
    ).rejects.toMatchObject({
      code: 'device',
      message: `The package sharp has no binary that runs on this machine (${process.platform}-${process.arch}); install the Warmstart made for it (from source: npm ci).`,
    });
    const additions = [{ image: 'train/happy/train-0.png', entry: answer('happy') }];
    const request = { ...addressOf(dataset), annotator: 'ann', additions, overwrite: false };
    expect(await engine.request('labels/add', request)).toMatchObject({ added: 1 });
    const { devices } = await engine.request('devices', {});
    expect(devices[0]).toMatchObject({
      usable: false,
      reason: expect.stringMatching(/onnxruntime-node has no binary/),
    });
  });
});
