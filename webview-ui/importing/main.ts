import '../common/noEval';
import '../common/base.css';
import '../common/parts.css';
import './importing.css';
import type { ImportMethods, ImportPageState } from '../../src/shared/protocol/importing';
import { importMessages } from '../../src/shared/protocol/importMessages';
import { connect } from '../common/extensionHost';
import { ready } from '../common/ready';
import { registerToolkit } from '../common/toolkit';
import { createPage } from './page';

registerToolkit();
const host = connect<ImportMethods, ImportPageState, null>(importMessages, (state) => {
  page.draw(state);
  ready('importing');
});
const page = createPage((method, params) => host.request(method, params));
document.querySelector('main')?.replaceChildren(...page.nodes);
