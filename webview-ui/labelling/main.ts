import '../common/noEval';
import '../common/base.css';
import '../common/parts.css';
import './labelling.css';
import type { LabellingMethods, LabellingState } from '../../src/shared/protocol/labelling';
import { labellingMessages } from '../../src/shared/protocol/labellingMessages';
import { connect } from '../common/extensionHost';
import { ready } from '../common/ready';
import { registerToolkit } from '../common/toolkit';
import type { Kept } from './model';
import { LabellingModel } from './model';
import { createPage, type LabellingPage } from './page';

performance.mark('warmstart running'); // the marks are for test/perf
registerToolkit();
let page: LabellingPage | null = null;
const host = connect<LabellingMethods, LabellingState, Kept>(labellingMessages, (state) => {
  if (page) return page.receive(state);
  performance.mark('warmstart state');
  page = createPage(LabellingModel.of(state, host.kept), host);
  performance.mark('warmstart drawn');
  ready('labelling');
});
