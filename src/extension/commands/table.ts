import { type Disposable, l10n, Uri, commands as vscodeCommands, window } from 'vscode';
import { showFailure } from '../errors';
import { tell } from '../notify';
import type { Services } from '../services';
import { showStatus } from '../status/statusMenu';
import { mayRunEngine } from '../trust';
import { addClass } from './addClass';
import { textIn } from './arguments';
import { benchmark } from './benchmark';
import { removeDataset, revealDataset } from './datasetFolder';
import { drawTestSet } from './drawTestSet';
import { editClasses } from './editClasses';
import { exportData } from './exportData';
import { openImage, revealImage } from './imageCommands';
import { installCuda } from './installCuda';
import { labelBatch } from './labelBatch';
import { newDataset } from './newDataset';
import { openGallery } from './openGallery';
import { openGuide, openProblems } from './openPage';
import { openReport } from './openReport';
import { openSample } from './openSample';
import { predictAll } from './predictAll';
import { pretrainCommand } from './pretrain';
import { reviewLabels } from './reviewLabels';
import { runRound } from './runRound';
import { selectDevice } from './selectDevice';
import { settle } from './settle';
import { showAdvice } from './showAdvice';
import { showAgreement } from './showAgreement';
import { showCurve } from './showCurve';
import { showResults } from './showResults';
import { trainAgain } from './trainAgain';
import { useEncoder } from './useEncoder';

export interface Command {
  readonly run: (services: Services, ...args: readonly unknown[]) => Promise<unknown>;
  /** Needs the engine, and so a workspace that is trusted. */
  readonly usesEngine: boolean;
}

const engine = (run: Command['run']): Command => ({ run, usesEngine: true });
const files = (run: Command['run']): Command => ({ run, usesEngine: false });

/** Every command of package.json and what it does; a test compares the two. */
export const commands: Readonly<Record<string, Command>> = {
  'warmstart.newDataset': engine(newDataset),
  'warmstart.openSample': engine(openSample),
  'warmstart.addClass': engine(addClass),
  'warmstart.editClasses': engine(editClasses),
  'warmstart.revealDataset': files(revealDataset),
  'warmstart.removeDataset': files(removeDataset),
  'warmstart.pretrain': engine(pretrainCommand),
  'warmstart.useEncoder': engine(useEncoder),
  'warmstart.runRound': engine(runRound),
  'warmstart.labelBatch': engine(labelBatch),
  'warmstart.openGallery': engine(openGallery),
  'warmstart.openImage': engine(openImage),
  'warmstart.revealImage': engine(revealImage),
  'warmstart.showCurve': files(showCurve),
  'warmstart.showResults': files(showResults),
  'warmstart.train': engine(trainAgain),
  'warmstart.openReport': files(openReport),
  'warmstart.benchmark': engine(benchmark),
  'warmstart.reviewLabels': files(reviewLabels),
  'warmstart.settle': engine(settle),
  'warmstart.showAgreement': files(showAgreement),
  'warmstart.drawTestSet': engine(drawTestSet),
  'warmstart.showAdvice': files(showAdvice),
  'warmstart.predictAll': engine(predictAll),
  'warmstart.export': engine(exportData),
  'warmstart.selectDevice': engine(selectDevice),
  'warmstart.installCuda': engine(installCuda),
  'warmstart.openGuide': files(openGuide),
  'warmstart.openProblems': files(openProblems),
  'warmstart.showLog': files(async ({ log }) => log.show()),
  'warmstart.stop': files(stop),
  'warmstart.refresh': files(({ datasets }) => datasets.refresh()),
  'warmstart.openFile': files(openFile),
  'warmstart.showStatus': files(showStatus),
};

async function stop({ jobs }: Services): Promise<void> {
  if (jobs.tasks.length === 0) tell(l10n.t('Nothing of Warmstart is running.'));
  else jobs.stop();
}

/** Of a tree item. */
async function openFile(_services: Services, item: unknown): Promise<void> {
  const file = textIn(item, 'file');
  if (file !== undefined) await window.showTextDocument(Uri.file(file));
}

/** Registers all of them with one way of failing. */
export const registerCommands = (services: Services): Disposable[] =>
  Object.entries(commands).map(([id, command]) =>
    vscodeCommands.registerCommand(id, async (...args: unknown[]) => {
      try {
        if (command.usesEngine && !(await mayRunEngine())) return undefined;
        return await command.run(services, ...args);
      } catch (error) {
        // the command ends here; the message may stay for as long as it likes
        void showFailure(error, services.log);
        return undefined;
      }
    }),
  );
