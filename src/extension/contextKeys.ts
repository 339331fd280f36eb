import { commands } from 'vscode';
import type { DatasetListing } from './datasets/datasetState';
import { usable } from './datasets/datasetStore';

/** Every `when` key of ours that package.json may name. Nothing but this file sets them. */
export const contextKeys = [
  /** Datasets have been looked for. */
  'warmstart.loaded',
  'warmstart.hasDatasets',
  /** Somebody pre-trained an encoder, or chose one. */
  'warmstart.hasChosenEncoder',
  'warmstart.hasLabels',
  'warmstart.hasResults',
  /** A job runs in the engine. */
  'warmstart.jobRunning',
] as const;
export type ContextKey = (typeof contextKeys)[number];

const current = new Map<ContextKey, boolean>();

function set(key: ContextKey, value: boolean): void {
  if (current.get(key) === value) return;
  current.set(key, value);
  void commands.executeCommand('setContext', key, value);
}

/** Whether a key is one of ours, and true. */
export const isSet = (key: string): boolean => current.get(key as ContextKey) === true;

/** What the datasets' files say; keys of the walkthrough's steps among it. */
export function setDatasetKeys(listings: readonly DatasetListing[]): void {
  const states = usable(listings);
  set('warmstart.hasDatasets', listings.length > 0);
  set(
    'warmstart.hasChosenEncoder',
    states.some(({ encoder, features }) => encoder !== null || features?.chosenBy === 'person'),
  );
  set(
    'warmstart.hasLabels',
    states.some(({ labelled }) => labelled > 0),
  );
  set(
    'warmstart.hasResults',
    states.some(({ results }) => results.length > 0),
  );
  set('warmstart.loaded', true);
}

export const setJobRunning = (running: boolean): void => set('warmstart.jobRunning', running);
