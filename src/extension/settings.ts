import { userInfo } from 'node:os';
import { ConfigurationTarget, l10n, Uri, workspace } from 'vscode';
import { annotatorPattern } from '../shared/annotatorName';
import type { DatasetRef } from './datasets/datasetRef';

/** Settings as commands and panels need them; defaults stand in package.json. */
export interface Settings {
  readonly strategy: string;
  readonly batchSize: number;
  readonly learner: string;
  readonly seed: number;
  readonly pretrainingMinutes: number;
  readonly pretrainingPreset: string;
  /** Show what the model thinks while labelling. */
  readonly suggestions: boolean;
  /** Go to the next image after an answer. */
  readonly autoAdvance: boolean;
  readonly device: string;
}

/** The settings that hold for a dataset's workspace folder. */
export function settingsOf(ref: Pick<DatasetRef, 'workspace'> | null): Settings {
  const section = workspace.getConfiguration('warmstart', ref ? Uri.file(ref.workspace) : null);
  // a value that the schema in package.json refuses is only underlined in settings.json, not kept out
  const number = (key: string, least: number, otherwise: number) => {
    const value = section.get<unknown>(key);
    return typeof value === 'number' && Number.isFinite(value) && value >= least ? value : otherwise;
  };
  const text = (key: string, otherwise: string) => {
    const value = section.get<unknown>(key);
    return typeof value === 'string' && value !== '' ? value : otherwise;
  };
  return {
    strategy: text('strategy', 'maxHerding'),
    batchSize: Math.floor(number('batchSize', 1, 20)),
    learner: text('learner', 'auto'),
    seed: Math.floor(number('seed', 0, 0)),
    pretrainingMinutes: number('pretraining.minutes', 0.1, 30),
    pretrainingPreset: text('pretraining.preset', 'quick'),
    suggestions: section.get<unknown>('labelling.suggestions') === true,
    autoAdvance: section.get<unknown>('labelling.autoAdvance') !== false,
    device: text('device', 'auto'),
  };
}

/** Whose answers are saved: the setting, else the user's name on this machine. Throws a sentence when neither will do. */
export function annotator(): string {
  const wanted = workspace.getConfiguration('warmstart').get<unknown>('annotator');
  const name = typeof wanted === 'string' && wanted.trim() !== '' ? wanted.trim() : userName();
  if (annotatorPattern.test(name)) return name;
  throw new Error(
    l10n.t(
      '"{0}" cannot name an annotator; use up to 64 letters, digits, spaces or . _ @ - in the setting warmstart.annotator.',
      name,
    ),
  );
}

/** Some containers run as a user without a name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env.USER ?? process.env.USERNAME ?? 'annotator';
  }
}

/** Keeps the device for all windows on this machine. */
export const saveDevice = (device: string): Thenable<void> =>
  workspace.getConfiguration('warmstart').update('device', device, ConfigurationTarget.Global);
