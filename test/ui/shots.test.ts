import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { it, vi } from 'vitest';
import { chromiumPath, launchChromium } from './pages/browser';
import { makeBatch } from './pages/labellingBatch';
import { openLabelling } from './pages/labellingView';

vi.mock('vscode', () => import('./pages/vscodeStub'));
const out = '/tmp/label-shots';
mkdirSync(out, { recursive: true });
const seven = ['angry', 'disgust', 'fear', 'happy', 'neutral', 'sad', 'surprise'];
const names = (n: number) => Array.from({ length: n }, (_, i) => `train/face${String(i).padStart(4, '0')}.png`);

it('shots', async () => {
  const browser = await launchChromium(chromiumPath!);
  const batch = await makeBatch({ classes: seven, images: names(64), pictures: 24 });
  batch.suggestions = names(64).map((image, i) => ({ image, label: seven[i % 7], probability: 0.73 }));
  const view = await openLabelling(browser, batch);
  const { page } = view;
  for (const key of ['4', '5', 'Space', '6', 'f', '7']) {
    await page.keyboard.press(key);
    await page.waitForTimeout(80);
  }
  await page.keyboard.press('f');
  await page.waitForTimeout(200);
  await page.click('vscode-checkbox');
  await page.waitForTimeout(200);
  for (const theme of ['light', 'dark', 'contrast'] as const) {
    await view.theme(theme);
    for (const [w, h] of [
      [340, 760],
      [620, 860],
      [1100, 640],
    ]) {
      await page.setViewportSize({ width: w, height: h });
      await page.waitForTimeout(250);
      await page.screenshot({ path: `${out}/single-${theme}-${w}.png` });
    }
  }
  await view.theme('dark');
  await page.setViewportSize({ width: 620, height: 860 });
  await page.keyboard.press('?');
  await page.waitForTimeout(150);
  await page.screenshot({ path: `${out}/help.png` });
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.waitForTimeout(150);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowDown');
  await page.waitForTimeout(150);
  await page.screenshot({ path: `${out}/grid.png` });
  await view.theme('contrast');
  await page.waitForTimeout(150);
  await page.screenshot({ path: `${out}/grid-contrast.png` });
  await view.theme('light');
  batch.failWith = 'Cannot write labels/anna.json: there is no space left on the disk; free some space and try again.';
  await page.keyboard.press('4');
  await page.waitForTimeout(200);
  await page.screenshot({ path: `${out}/grid-failed.png` });
  await page.keyboard.press('g');
  await page.waitForTimeout(200);
  await page.screenshot({ path: `${out}/failed.png` });
  console.log(view.complaints);
  await view.close();
  await batch.remove();

  const many = await makeBatch({
    classes: Array.from(
      { length: 26 },
      (_, i) =>
        [
          'contempt',
          'a very long class name that somebody really chose, with commas',
          'joy',
          '<script>alert(1)</script>',
          'مفاجأة',
          '\u{1F600} grin',
          'l\'"quoted"',
        ][i % 7] + (i < 7 ? '' : ` ${i}`),
    ),
    images: ['<img src=x onerror=alert(1)>.png', 'وجه.png', 'a "b" \'c\' #1?.png', '\u{1F600}.png', ...names(3)],
  });
  const v2 = await openLabelling(browser, many, { theme: 'light' });
  await v2.page.keyboard.press('2');
  await v2.page.waitForTimeout(200);
  await v2.page.screenshot({ path: `${out}/many-620.png` });
  await v2.page.setViewportSize({ width: 340, height: 760 });
  await v2.page.waitForTimeout(200);
  await v2.page.screenshot({ path: `${out}/many-340.png` });
  await v2.page.setViewportSize({ width: 1100, height: 640 });
  await v2.page.waitForTimeout(200);
  await v2.page.screenshot({ path: `${out}/many-1100.png` });
  console.log(v2.complaints);
  await v2.close();
  await many.remove();

  const one = await makeBatch({ classes: ['no', 'yes'], images: ['a.png'], size: 320 });
  const v3 = await openLabelling(browser, one);
  await v3.page.waitForTimeout(200);
  await v3.page.screenshot({ path: `${out}/one.png` });
  await rm(join(one.workspace, 'images', 'a.png'));
  await v3.reload();
  await v3.page.waitForTimeout(300);
  await v3.page.screenshot({ path: `${out}/missing.png` });
  await v3.page.keyboard.press('Space');
  await v3.page.waitForTimeout(300);
  await v3.page.screenshot({ path: `${out}/done.png` });
  await v3.theme('light');
  await v3.page.setViewportSize({ width: 340, height: 600 });
  await v3.page.screenshot({ path: `${out}/done-340.png` });
  console.log(v3.complaints);
  await v3.close();
  await one.remove();
  await browser.close();
});
