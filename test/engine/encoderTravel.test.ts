import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../src/engine/store/safetensors';
import { type EncoderFile, encoderFile } from '../../src/shared/schema/encoder';
import { ensureBuilt } from '../support/built';
import { run, start, untilWritten } from '../support/commandLine';
import { writeFiles } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

const SIDE = 16;

/** A workspace with the datasets `own` and `others`, of the same shape and of different images but for one. */
async function place() {
  const workspace = await temporaryFolder();
  const warmstart = (...args: string[]) => run(['--workspace', workspace, '--json', ...args], { cwd: workspace });
  const add = async (name: string, seed: number, side = SIDE) => {
    for (const [split, count] of Object.entries({ train: 10, test: 2 }))
      for (const [c, label] of ['a', 'b'].entries())
        for (let i = 0; i < count; i++)
          await writeFiles(join(workspace, name), {
            [`${split}/${label}/${i}.png`]: {
              seed: seed + 100 * c + i + (split === 'test' ? 50 : 0),
              width: side,
              height: side,
            },
          });
    expect(await warmstart('import', name, '--encoder', 'hog')).toMatchObject({ code: 0, stderr: '' });
  };
  await add('own', 1);
  await add('others', 1001);
  const models = (name: string) => join(workspace, 'warmstart', name, 'models');
  const pretrained = async (...args: string[]) => {
    const ran = await warmstart('pretrain', ...args);
    expect(ran.stderr).toBe('');
    return ran.json<{ trained: boolean; encoder: EncoderFile }>();
  };
  const refused = async (...args: string[]) => {
    const { code, stderr } = await warmstart('pretrain', ...args);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/^[^\n]+\.\n$/); // one sentence
    return stderr;
  };
  const weights = async (name: string) => (await readSafetensors(join(models(name), 'encoder.safetensors'))).parameters;
  return { workspace, warmstart, add, models, pretrained, refused, weights };
}

const sha256 = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

describe('an encoder that travels', () => {
  it('is used as it is, and goes on learning, by name or by path; its file says where it comes from', async () => {
    const { workspace, models, pretrained, weights } = await place();
    await pretrained('others', '--epochs', '1');
    const file = join(models('others'), 'encoder.safetensors');
    const from = { name: 'others', weights: await sha256(file) };

    const taken = await pretrained('own', '--from', 'others', '--as-it-is');
    expect(taken).toMatchObject({ trained: true, encoder: { images: 0, epochs: 0, history: [], from } });
    expect(taken.encoder.others).toMatchObject([{ name: 'others', images: 20 }]);
    expect(await weights('own')).toEqual(await weights('others'));
    expect((await pretrained('own', '--from', 'others', '--as-it-is')).trained).toBe(false);

    const gone = join(workspace, 'carried');
    await cp(models('others'), gone, { recursive: true });
    const continued = await pretrained(
      'own',
      '--from',
      join(gone, 'encoder.safetensors'),
      '--epochs',
      '1',
      '--seed',
      '5',
      '--restart',
    );
    const carried = { name: 'carried/encoder.safetensors', weights: from.weights };
    expect(continued.encoder).toMatchObject({ images: 20, epochs: 1, from: carried });
    encoderFile.parse(continued.encoder);
    const [before, after] = [await weights('others'), await weights('own')];
    expect(after).not.toEqual(before);
    await pretrained('own', '--epochs', '1', '--seed', '5', '--restart');
    const fresh = await weights('own');
    expect(distance(after, before)).toBeLessThan(distance(fresh, before) / 2); // it began there
  });

  it('made from several datasets sees no image twice, and none of the test images', async () => {
    const { workspace, warmstart, pretrained } = await place();
    // in the other dataset's training images: one of this dataset's test images, and one of its training images
    for (const [from, to] of [
      ['own/test/a/0.png', 'mixed/train/a/leak.png'],
      ['own/train/a/0.png', 'mixed/train/a/copy.png'],
    ] as const) {
      await mkdir(join(workspace, 'mixed/train/a'), { recursive: true });
      await cp(join(workspace, from), join(workspace, to));
    }
    await cp(join(workspace, 'others/train'), join(workspace, 'mixed/train'), { recursive: true });
    expect(await warmstart('import', 'mixed', '--encoder', 'hog')).toMatchObject({ code: 0 });
    const { encoder } = await pretrained('own', '--with', 'mixed,others', '--epochs', '1');
    expect(encoder.images).toBe(20);
    expect(encoder.others).toMatchObject([{ name: 'mixed', images: 20 }]); // others brings none that mixed has not
    expect(encoder.from).toBeUndefined();
  });

  it('is told of in what pretrain prints and in reports of benchmarks', async () => {
    const { workspace, pretrained } = await place();
    await pretrained('others', '--epochs', '1');
    const said = await run(['--workspace', workspace, 'pretrain', 'own', '--from', 'others', '--as-it-is'], {
      cwd: workspace,
    });
    expect(said.stdout).toMatch(/^Took the encoder of others as it is: .*it has seen 20 images of others\./);
    const benchmark = ['benchmark', 'own', '--name', 'b', '--strategies', 'random', '--features', 'pretrained'];
    const amounts = ['--initial', '4', '--budget', '4', '--cycles', '1', '--seeds', '1', '--jobs', '1'];
    const ran = await run(['--workspace', workspace, ...benchmark, ...amounts], { cwd: workspace });
    expect(ran.code).toBe(0);
    const report = await readFile(join(workspace, 'warmstart/own/benchmarks/b/report.md'), 'utf8');
    expect(report).toMatch(/began with the encoder of others, and has seen 20 images of others, without labels/);
  });

  it('does not go on from a checkpoint of another origin', async () => {
    const { workspace, pretrained, refused } = await place();
    await pretrained('others', '--epochs', '1');
    const args = ['--workspace', workspace, '--json', 'pretrain', 'own', '--epochs', '4000'];
    const started = start(args, { cwd: workspace });
    const checkpoint = join(workspace, 'warmstart/own/.cache/pretrain.safetensors');
    await untilWritten(checkpoint, started);
    started.child.kill('SIGINT');
    await started.ended;
    await sleep(50);
    expect(await refused('own', '--epochs', '4000', '--from', 'others')).toMatch(
      /unfinished pre-training with other settings/,
    );
    expect(await refused('own', '--epochs', '4000', '--with', 'others')).toMatch(
      /unfinished pre-training with other settings/,
    );
  });

  it('is refused in a sentence where it does not fit', async () => {
    const { workspace, add, models, pretrained, refused } = await place();
    expect(await refused('own', '--from', 'others')).toMatch(/others has no pre-trained encoder; run pretrain others/);
    expect(await refused('own', '--from', 'nobody')).toMatch(/nobody/);
    expect(await refused('own', '--with', 'nobody')).toMatch(/nobody/);
    expect(await refused('own', '--as-it-is')).toMatch(/--from/);
    await pretrained('others', '--epochs', '1');
    expect(await refused('own', '--from', 'others', '--encoder', 'resnet18')).toMatch(
      /others is a small, not resnet18/,
    );
    expect(await refused('own', '--from', 'others', '--as-it-is', '--epochs', '2')).toMatch(/trains nothing/);
    await add('large', 501, 24);
    expect(await refused('large', '--from', 'others')).toMatch(/16 × 16 pixels in grey, and dataset large has 24 × 24/);
    expect(await refused('large', '--with', 'others')).toMatch(/Dataset others has images of 16 × 16 pixels/);
    const alone = join(workspace, 'alone.safetensors');
    await cp(join(models('others'), 'encoder.safetensors'), alone);
    expect(await refused('own', '--from', 'alone.safetensors')).toMatch(/encoder\.json is missing/);
    await writeFile(join(workspace, 'encoder.json'), await readFile(join(models('others'), 'encoder.json')));
    await writeFile(alone, 'no weights');
    expect(await refused('own', '--from', 'alone.safetensors')).toMatch(
      /alone\.safetensors is not a usable safetensors/,
    );
    await rm(alone);
    expect(await refused('own', '--from', 'alone.safetensors')).toMatch(/alone\.safetensors is missing/);
    await pretrained('own', '--epochs', '1');
    expect(await refused('own', '--from', 'others')).toMatch(
      /has an encoder already, of another origin; pass --restart/,
    );
  });
});

type Weights = Awaited<ReturnType<typeof readSafetensors>>['parameters'];

/** Root of the summed squares of what weights differ by. */
function distance(a: Weights, b: Weights): number {
  let sum = 0;
  for (const [name, { data }] of a) {
    if (!name.endsWith('.weight')) continue;
    for (const [i, value] of data.entries()) sum += (value - b.get(name)!.data[i]!) ** 2;
  }
  return Math.sqrt(sum);
}
