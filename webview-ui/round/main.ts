import '../common/noEval';
import '../common/base.css';
import '../common/parts.css';
import './round.css';
import type { KeptRound, RoundMethods, RoundPageState } from '../../src/shared/protocol/round';
import { roundMessages } from '../../src/shared/protocol/roundMessages';
import { connect } from '../common/extensionHost';
import { ready } from '../common/ready';
import { registerToolkit } from '../common/toolkit';
import { createPage } from './page';

registerToolkit();
const host = connect<RoundMethods, RoundPageState, KeptRound>(roundMessages, (state) => {
  page.draw(state);
  host.keep({ address: state.address, round: state.round });
  ready('round');
});
const page = createPage((method, params) => host.request(method, params));
document.querySelector('main')?.replaceChildren(...page.nodes);
