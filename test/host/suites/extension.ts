import { type Extension, extensions } from 'vscode';
import manifest from '../../../package.json';
import type { Services } from '../../../src/extension/services';

interface Contributions {
  readonly commands: readonly { readonly command: string; readonly title: string }[];
  readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
}

const { commands, views } = manifest.contributes as Contributions;

/** What package.json contributes. */
export const contributed = { commands, views: Object.values(views).flat() };

export function extension(): Extension<Services> {
  const found = extensions.getExtension<Services>(`${manifest.publisher}.${manifest.name}`);
  if (!found) throw new Error('VS Code does not know the extension.');
  return found;
}

/** The extension's parts, after it was activated. */
export const services = async (): Promise<Services> => extension().activate();
