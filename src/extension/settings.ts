import { Uri, workspace } from 'vscode';
import type { DatasetRef } from '../shared/workspace/paths';
import { DEFAULT_STRATEGY } from './strategies';

/** Settings as commands and panels need them; defaults stand in package.json. */
export interface Settings {
  readonly strategy: string;
  readonly batchSize: number;
  /** How many per cent of a batch everybody answers. */
  readonly everybody: number;
  /** How many images each person is asked again, in per cent of a batch. */
  readonly repeats: number;
  readonly learner: string;
  readonly seed: number;
  readonly pretrainingMinutes: number;
  readonly pretrainingPreset: string;
  /** Show what the model thinks while labelling. */
  readonly suggestions: boolean;
  /** Go to the next image after an answer. */
  readonly autoAdvance: boolean;
  /** Whose answers are saved; empty for the user of this machine. */
  readonly annotator: string;
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
    strategy: text('strategySequence', text('strategy', DEFAULT_STRATEGY)),
    everybody: Math.min(100, number('byEverybody', 0, 0)),
    repeats: Math.min(100, number('repeats', 0, 0)),
    batchSize: Math.floor(number('batchSize', 1, 20)),
    learner: text('trainingMethod', 'auto'),
    seed: Math.floor(number('seed', 0, 0)),
    pretrainingMinutes: number('pretraining.minutes', 0.1, 30),
    pretrainingPreset: text('pretraining.recipe', 'quick'),
    suggestions: section.get<unknown>('labelling.suggestions') === true,
    autoAdvance: section.get<unknown>('labelling.autoAdvance') !== false,
    annotator: text('annotator', ''),
  };
}
