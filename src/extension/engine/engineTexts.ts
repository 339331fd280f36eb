import type * as vscode from 'vscode';
import { missingNativePackage } from '../../shared/nativePackage';

/** What the extension itself has to say about the engine's process, in the editor's language. */
export class EngineTexts {
  constructor(private readonly l10n: Pick<typeof vscode.l10n, 't'>) {}

  cannotStart(reason: string): string {
    return this.l10n.t('The Warmstart engine could not be started ({0}); see the log, then try again.', reason);
  }

  closed(): string {
    return this.l10n.t('The Warmstart engine was closed.');
  }

  cancelled(): string {
    return this.l10n.t('Cancelled; everything finished so far is kept.');
  }

  /** How it ended: a signal or an exit code. */
  ended(how: string, lastWords: string): string {
    const missing = missingNativePackage(lastWords);
    if (missing) return this.missing(missing);
    if (lastWords === '')
      return this.l10n.t('The Warmstart engine ended unexpectedly ({0}); saved labels are safe, try again.', how);
    return this.l10n.t(
      'The Warmstart engine ended unexpectedly ({0}); saved labels are safe, try again. Its last lines: {1}',
      how,
      lastWords,
    );
  }

  private missing(name: string): string {
    return this.l10n.t(
      'The package {0} has no binary that runs on this machine ({1}); install the Warmstart extension made for it.',
      name,
      `${process.platform}-${process.arch}`,
    );
  }
}
