import { commands, l10n } from 'vscode';
import { agreementUri } from '../agreement/agreementPages';
import type { Services } from '../services';
import { isolated } from '../text';
import { pickDataset } from './pickDataset';

/** Shows how far people agree, with counts by person and class. */
export async function showAgreement(services: Services, target?: unknown): Promise<void> {
  const state = await pickDataset(services, target);
  if (!state) return;
  const title = l10n.t('Agreement on {0}', isolated(state.ref.name));
  await commands.executeCommand('markdown.showPreview', agreementUri(state.ref, title));
}
