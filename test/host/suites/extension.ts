import { type Extension, extensions } from 'vscode';
import manifest from '../../../package.json';

interface Contributions {
  readonly commands?: readonly { readonly command: string; readonly title: string }[];
  readonly views?: Readonly<Record<string, readonly { readonly id: string }[]>>;
}

const given: Contributions = 'contributes' in manifest ? (manifest.contributes as Contributions) : {};

/** What package.json contributes. */
export const contributed = {
  commands: given.commands ?? [],
  views: Object.values(given.views ?? {}).flat(),
};

/** The extension, after it was activated. */
export async function activated(): Promise<Extension<unknown>> {
  const extension = extensions.getExtension(`${manifest.publisher}.${manifest.name}`);
  if (!extension) throw new Error('VS Code does not know the extension.');
  await extension.activate();
  return extension;
}
