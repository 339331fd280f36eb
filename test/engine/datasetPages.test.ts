import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { projectFolder } from '../support/folders';
import { npyText } from '../support/npyText';
import { greyValues, type PictureOptions, writeFiles } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

/**
 * The pages of docs/datasets say what commands print on files in the published naming. Here such files are made, the
 * commands of a page are run, and what they print has to stand in the page (`vitest --update` writes it there).
 */

beforeAll(ensureBuilt);

type Files = Record<string, string | Uint8Array | PictureOptions>;

const pixels = (seed: number): string => greyValues(seed, 48, 48).join(' ');

/** A row an emotion for each part. */
function ferRows(row: (emotion: number, pixels: string, usage: string) => string, parts: readonly string[]): string {
  const rows = parts.flatMap((usage, p) =>
    Array.from({ length: 7 }, (_, emotion) => row(emotion, pixels(7 * p + emotion + 1), usage)),
  );
  return `${rows.join('\n')}\n`;
}

const parts = ['Training', 'Training', 'PublicTest', 'PrivateTest'];

function fer2013(): Files {
  const files: Files = {
    'fer2013/fer2013.csv': `emotion,pixels,Usage\n${ferRows((e, p, u) => `${e},${p},${u}`, parts)}`,
    'challenge/icml_face_data.csv': `emotion, Usage, pixels\n${ferRows((e, p, u) => `${e},${u},${p}`, parts)}`,
    'challenge/train.csv': `emotion,pixels\n${ferRows((e, p) => `${e},"${p}"`, ['Training', 'Training'])}`,
    'challenge/test.csv': `pixels\n${ferRows((_, p) => `"${p}"`, ['PublicTest'])}`,
  };
  for (const [c, name] of ['angry', 'disgust', 'fear', 'happy', 'neutral', 'sad', 'surprise'].entries())
    for (let i = 0; i < 3; i++) {
      const file =
        i < 2 ? `train/${name}/Training_${10118481 + 7 * c + i}` : `test/${name}/PrivateTest_${10131363 + c}`;
      files[`archive/${file}.jpg`] = { seed: 3 * c + i + 1, width: 48, height: 48 };
    }
  return files;
}

function ferPlus(): Files {
  const head = 'Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF';
  const rows = parts.flatMap((usage, p) =>
    Array.from({ length: 7 }, (_, e) => {
      const votes = ['anger', 'disgust', 'fear', 'happiness', 'sadness', 'surprise', 'neutral'];
      const order = ['neutral', 'happiness', 'surprise', 'sadness', 'anger', 'disgust', 'fear'];
      const counts = order.map((name) => (name === votes[e] ? 10 : 0));
      return `${usage},fer${String(7 * p + e).padStart(7, '0')}.png,${counts.join(',')},0,0,0`;
    }),
  );
  return { ...fer2013(), 'fer2013new.csv': `${[head, ...rows].join('\n')}\n` };
}

function rafDb(): Files {
  const files: Files = {};
  const list: string[] = [];
  const compound: string[] = [];
  for (let label = 1; label <= 11; label++)
    for (const name of [`train_000${label % 10}`, `train_001${label % 10}`, `test_000${label % 10}`]) {
      const number = label < 10 ? name : name.replace('00', '10');
      compound.push(`${number}.jpg ${label}`);
      const face: PictureOptions = { seed: 40 + compound.length, width: 100, height: 100, colour: true };
      files[`compound/Image/aligned/${number}_aligned.jpg`] = face;
    }
  for (let label = 1; label <= 7; label++)
    for (const name of [`train_0000${label}`, `train_0001${label}`, `test_000${label}`]) {
      const face: PictureOptions = { seed: list.length + 1, width: 100, height: 100, colour: true };
      list.push(`${name}.jpg ${label}`);
      files[`basic/Image/aligned/${name}_aligned.jpg`] = face;
      files[`DATASET/${name.split('_')[0]}/${label}/${name}_aligned.jpg`] = face;
    }
  files['basic/EmoLabel/list_patition_label.txt'] = `${list.join('\n')}\n`;
  files['compound/EmoLabel/list_patition_label.txt'] = `${compound.join('\n')}\n`;
  return files;
}

function kdef(): Files {
  const files: Files = {};
  let seed = 0;
  for (const person of ['F01', 'F02', 'M01', 'M02'])
    for (const session of ['A', 'B'])
      for (const expression of ['AF', 'AN', 'DI', 'HA', 'NE', 'SA', 'SU'])
        for (const angle of ['S', 'HL']) {
          const folder = `${session}${person}`;
          const face: PictureOptions = { seed: ++seed, width: 56, height: 76, colour: true };
          files[`KDEF/${folder}/${folder}${expression}${angle}.JPG`] = face;
          files[`KDEF_and_AKDEF/KDEF/${folder}/${folder}${expression}${angle}.JPG`] = face;
          const averaged = `A${person[0]}${expression}${angle}.JPG`;
          files[`KDEF_and_AKDEF/AKDEF/${averaged}`] = { ...face, seed: seed + 200 };
        }
  return files;
}

function affectNet(): Files {
  const files: Files = {};
  for (const [set, folder, count] of [
    ['train_set', 'train', 2],
    ['val_set', 'val', 1],
  ] as const)
    for (let expression = 0; expression < 8; expression++)
      for (let i = 0; i < count; i++) {
        const number = 10 * expression + i;
        const seed = number + (set === 'train_set' ? 1 : 101);
        const face: PictureOptions = { seed, width: 56, height: 56, colour: true };
        files[`AffectNet/${set}/images/${number}.jpg`] = face;
        files[`AffectNet/${set}/annotations/${number}_exp.npy`] = npyText(String(expression));
        files[`AffectNet/${set}/annotations/${number}_val.npy`] = npyText('0');
        files[`affectnet-kaggle/${folder}/${expression}/image${String(seed).padStart(7, '0')}.jpg`] = face;
      }
  return files;
}

function ckPlus(): Files {
  const files: Files = {};
  const names = ['anger', 'contempt', 'disgust', 'fear', 'happy', 'sadness', 'surprise'];
  for (const [c, name] of names.entries())
    for (let i = 0; i < 3; i++)
      files[`CK+48/${name}/S01${c}_00${i + 1}_0000001${i}.png`] = { seed: 3 * c + i + 1, width: 48, height: 48 };
  return files;
}

const published: Readonly<Record<string, () => Files>> = {
  'affectnet.md': affectNet,
  'ck-plus.md': ckPlus,
  'fer-plus.md': ferPlus,
  'fer2013.md': fer2013,
  'kdef.md': kdef,
  'raf-db.md': rafDb,
};

const folder = join(projectFolder, 'docs/datasets');
const BLOCK = /```console\n\$ warmstart (.*)\n[^`]*```/g;

/** A page with what its commands print now. */
async function printed(page: string, workspace: string): Promise<string> {
  let text = await readFile(join(folder, page), 'utf8');
  for (const [block, command = ''] of text.matchAll(BLOCK)) {
    const { stdout, stderr } = await run(['--quiet', ...command.split(' ')], { cwd: workspace });
    const output = (stdout + stderr)
      .replaceAll(`${workspace}/`, '')
      .replace(/[ \t]+$/gm, '')
      .trimEnd();
    text = text.replace(block, () => `\`\`\`console\n$ warmstart ${command}\n${output}\n\`\`\``);
  }
  return text;
}

describe('the pages of datasets', () => {
  it('are those that files are made for', () => {
    expect(readdirSync(folder).sort()).toEqual(Object.keys(published).sort());
  });

  it.each(Object.keys(published))('%s says what its commands print', async (page) => {
    const workspace = await temporaryFolder();
    await writeFiles(workspace, published[page]!());
    const text = await printed(page, workspace);
    expect([...text.matchAll(BLOCK)].length).toBeGreaterThan(0);
    await expect(text).toMatchFileSnapshot(join(folder, page));
  });
});
