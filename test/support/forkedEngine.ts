import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import type { EngineStatus } from '../../src/extension/engine/engineStatus';
import { type EngineOptions, ForkedEngine } from '../../src/extension/engine/forkedEngine';
import type { DatasetAddress } from '../../src/shared/protocol/engine';
import type { LabelEntry } from '../../src/shared/schema/labels';
import { engineProgram } from './built';
import { writeImages } from './pictures';
import { temporaryFolder } from './temporaryFolder';
import { l10n } from './vscodeStub';

export interface TestEngine {
  readonly engine: ForkedEngine;
  readonly statuses: EngineStatus[];
  readonly log: string[];
}

/** The extension's engine in plain Node; ends with the test. */
export function testEngine(changes: Partial<Pick<EngineOptions, 'program' | 'delays'>> = {}): TestEngine {
  const log: string[] = [];
  const write = (line: string) => void log.push(line);
  const sink = { info: write, warn: write, error: write };
  const engine = new ForkedEngine({ program: engineProgram, version: '0.0.0-test', log: sink, l10n, ...changes });
  const statuses: EngineStatus[] = [];
  engine.onDidChangeStatus((status) => statuses.push(status));
  onTestFinished(() => engine.dispose());
  return { engine, statuses, log };
}

export const classes = ['angry', 'happy', 'sad'];

/** A dataset of real images, imported by the engine. */
export async function importedDataset(
  { engine }: TestEngine,
  { train = 8, test = 3 } = {},
): Promise<DatasetAddress & { readonly directory: string; readonly folder: string }> {
  const workspace = await temporaryFolder();
  const folder = join(workspace, 'faces');
  await writeImages(folder, { classes, train, test });
  const { name, directory } = await engine.run('import', { workspace, folder }, {});
  return { workspace, dataset: name, directory, folder };
}

export const addressOf = ({ workspace, dataset }: DatasetAddress): DatasetAddress => ({ workspace, dataset });

export const answer = (label: string): LabelEntry => ({ label, at: '2026-01-31T12:00:00.000Z', seconds: 1.5 });

/** A pre-training that does not end before the test does. */
export const endless = { preset: 'quick', epochs: 100_000, seed: 0, restart: false };

/** A token, how to cancel it, and a promise for the first report of progress. */
export function watched() {
  const source = new CancellationTokenSource();
  let started = () => {};
  const running = new Promise<void>((resolve) => {
    started = resolve;
  });
  const report = ({ stage }: { stage: string }) => {
    if (stage === 'Pre-training') started();
  };
  return { token: source.token, cancel: () => source.cancel(), running, report };
}
