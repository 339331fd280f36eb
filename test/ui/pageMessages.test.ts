import { describe, expect, it } from 'vitest';
import { Uri, type Webview } from 'vscode';
import { chartTexts } from '../../src/extension/charts/chartTexts';
import { pageHtml } from '../../src/extension/webview/page';
import { datasetRef } from '../../src/shared/workspace/paths';
import { pagesFolder } from '../support/built';
import { results, stateOf } from '../support/chartStates';
import { makeGallery } from '../support/galleryFolder';
import { type Batch, makeBatch } from '../support/labellingBatch';
import { findChromium } from '../support/machine/chromium';
import { findOrWhy } from '../support/machine/unavailable';
import { openPage } from './pages/chartView';
import { openGallery } from './pages/galleryView';
import { expectDropped } from './pages/junk';
import { openLabelling } from './pages/labellingView';
import { openPages } from './pages/openPages';
import { openRound } from './pages/roundView';

describe.skipIf(findOrWhy(findChromium).why)('pages that get what is no message', () => {
  const pages = openPages<{ remove(): Promise<void> }>();

  it('labelling: drops it with a line each, and saves the answer that follows', async () => {
    const batch: Batch = await makeBatch({ classes: ['happy', 'sad'], images: ['a.png', 'b.png', 'c.png'] });
    const view = await openLabelling(pages.browser, batch);
    pages.closeLater(view, batch);
    await view.page.locator('.stage .picture').waitFor();
    await expectDropped(view.page, view.complaints);
    await view.page.keyboard.press('1');
    await expect.poll(() => batch.labels('anna').catch(() => ({}))).toMatchObject({ 'a.png': { label: 'happy' } });
  });

  it('gallery: drops it with a line each, and saves the answer that follows', async () => {
    const folder = await makeGallery({ classes: ['happy', 'sad'], images: ['train/a.png', 'train/b.png'] });
    const view = await openGallery(pages.browser, folder);
    pages.closeLater(view, folder);
    await view.page.locator('.tile img').nth(1).waitFor();
    await expectDropped(view.page, view.complaints);
    await view.page.locator('.tile').first().click();
    await view.page.keyboard.press('2');
    await expect.poll(async () => Object.values(await folder.labels('anna').catch(() => ({})))).toHaveLength(1);
  });

  it("a round's: drops it with a line each", async () => {
    const batch: Batch = await makeBatch({ classes: ['happy', 'sad'], images: ['a.png', 'b.png'] });
    const view = await openRound(pages.browser, datasetRef(batch.workspace, 'faces'), batch.engine);
    pages.closeLater(view, batch);
    await expectDropped(view.page, view.complaints);
  });

  it('charts: drops it with a line each, and draws what follows', async () => {
    const webview = {
      cspSource: 'http://webview.test',
      asWebviewUri: (path: unknown) => `http://webview.test/${String(path).split('/').at(-1)}`,
    };
    const html = pageHtml(webview as unknown as Webview, Uri.file('/extension'), { name: 'charts', title: 'Charts' });
    const { page, complaints, send } = await openPage(pages.browser, { html, folder: pagesFolder });
    const texts = chartTexts();
    await send(stateOf(texts, { results: results([20, 40]) }));
    await expectDropped(page, complaints);
    await send(stateOf(texts, { dataset: 'another one', results: results([20, 40, 80]) }));
    expect(await page.locator('h1').innerText()).toContain('another one');
    await page.close();
  });
});
