import { fork } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extensions, workspace } from 'vscode';
import manifest from '../../../package.json';
import { type DatasetRef, datasetRef, placeIn, places } from '../../../src/shared/workspace/paths';
import { numberedImage } from '../../support/pictures';

/** The folder that the window has open. */
export function workspaceFolder(): string {
  const [folder] = workspace.workspaceFolders ?? [];
  if (!folder) throw new Error('This window has no folder.');
  return folder.uri.fsPath;
}

/** The engine's command line, run beside the window as a person would. */
async function commandLine(cwd: string, ...args: readonly string[]): Promise<void> {
  const root = extensions.getExtension(`${manifest.publisher}.${manifest.name}`)?.extensionPath ?? '';
  const child = fork(join(root, 'dist', 'cli.js'), args, { cwd, silent: true });
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stdout?.resume();
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`warmstart ${args.join(' ')} ended with ${code}: ${output.trim()}`);
}

export interface DatasetOptions {
  /** Images in all; at least one a class. */
  readonly images?: number;
  readonly classes?: readonly string[];
  /** Images of the first round; 0 makes no round. */
  readonly asked?: number;
  /** File names of the first images. */
  readonly names?: readonly string[];
  /** The workspace folder; the first by itself. */
  readonly folder?: string;
}

/** Makes a dataset of small images, and a round on it, with the command line. */
export async function makeDataset(name: string, options: DatasetOptions = {}): Promise<DatasetRef> {
  const { images = 24, classes = ['angry', 'happy', 'sad'], asked = 6, names = [] } = options;
  const folder = options.folder ?? workspaceFolder();
  for (let i = 0; i < images; i++) {
    const label = classes[i % classes.length] ?? '';
    await mkdir(join(folder, name, label), { recursive: true });
    const file = names[i] ?? `${String(i).padStart(3, '0')}.png`;
    await writeFile(join(folder, name, label, file), await numberedImage(i));
  }
  await commandLine(folder, 'import', name, '--layout', 'folders');
  if (asked > 0) await commandLine(folder, 'query', name, '--strategy', 'random', '--budget', String(asked));
  return datasetRef(folder, name);
}

/** Images that a round asks for, in its order. */
export async function picks(ref: DatasetRef, round = 1): Promise<string[]> {
  const file = placeIn(ref.directory, places.round(round));
  const { picks: chosen } = JSON.parse(await readFile(file, 'utf8')) as { picks: { image: string }[] };
  return chosen.map(({ image }) => image);
}
