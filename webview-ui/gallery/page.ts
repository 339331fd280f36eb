import type { GalleryState } from '../../src/shared/protocol/gallery';
import { createAnnouncer } from '../common/announcer';
import type { Host, Page } from './actions';
import { createClassBar } from './classBar';
import { createFollowing } from './following';
import { createGrid, createSummary } from './grid';
import { createHeader } from './header';
import { createHelp } from './help';
import { listenToKeys } from './keys';
import { createLarge } from './large';
import { createMessages } from './messages';
import type { GalleryModel } from './model';
import { createActions } from './pageActions';
import { createReviewBar } from './reviewBar';
import { Thumbnails } from './thumbnails';

export interface GalleryPage {
  receive(state: GalleryState): void;
}

/** Puts the parts together: presses go to the extension, the model changes, the parts follow. */
export function createPage(model: GalleryModel, host: Host): GalleryPage {
  const announcer = createAnnouncer();
  const help = createHelp(model.state.texts);
  const page: Page = {
    model,
    host,
    say: announcer.say,
    complain: (text) => messages.complain(text),
    update: () => update(),
    focusContent() {
      if (model.large) return large.focus();
      grid.reveal();
      grid.focus();
    },
    help: () => help.showModal(),
  };
  const actions = createActions(page);
  const thumbnails = new Thumbnails(model, host, {
    came: () => grid.update(),
    failed(message) {
      messages.complain(message);
      messages.update();
    },
  });
  const header = createHeader(model, actions);
  const messages = createMessages(model, actions);
  const grid = createGrid(model, actions, thumbnails);
  const large = createLarge(model, actions, host, announcer.say);
  const summary = createSummary(model);
  const shown = [
    header,
    createReviewBar(model, actions),
    messages,
    large,
    grid,
    createClassBar(model, actions, summary.root),
  ];
  const parts = [...shown, summary];
  const root = document.getElementById('page') ?? document.body;
  root.className = 'gallery';
  root.replaceChildren(...shown.map((part) => part.root), announcer.region, help);

  const update = () => {
    for (const part of parts) part.update();
    // what had the focus may just have been hidden; a panel in which nobody works must not take it from another
    if (document.hasFocus() && (document.activeElement === document.body || !document.activeElement))
      page.focusContent();
    host.keep(model.kept);
  };
  const following = createFollowing(page, () => thumbnails.clear());
  listenToKeys(model, actions, {
    busy: () => help.open,
    focusFind: header.focusFind,
    focusContent: page.focusContent,
    zoom: large.zoom,
    look: large.look,
  });
  // after a click on a class the next keys belong to the images; keyboard presses keep their place
  root.addEventListener('click', (event) => {
    const isButton =
      (event.target as Element).closest('.class-bar vscode-button, .review-bar vscode-button, .tools vscode-button') !==
      null;
    if (isButton && event.detail > 0) page.focusContent();
  });

  update();
  page.focusContent();
  following.follow();
  return {
    receive(state) {
      model.receive(state);
      update();
      following.follow();
    },
  };
}
