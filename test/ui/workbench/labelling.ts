import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { expect } from 'vitest';
import { webview } from '../../support/workbench/webviews';

/** The labelling panel of a round, driven by keys as a person would. */
export class LabellingPanel {
  constructor(
    private readonly page: Page,
    readonly frame: Frame,
    private readonly classes: readonly string[],
    private readonly asked: readonly string[],
  ) {}

  /** `directory`: the dataset's, whose file of the round tells the folders that the panel hides. */
  static async of(
    page: Page,
    dataset: string,
    round: number,
    classes: readonly string[],
    directory: string,
  ): Promise<LabellingPanel> {
    const frame = await webview(page, `Label ${dataset}: Round ${round}`, 60);
    await frame.locator('.stage .picture, .finished').filter({ visible: true }).first().waitFor();
    const file = join(directory, 'rounds', `${String(round).padStart(4, '0')}.json`);
    const { picks } = JSON.parse(await readFile(file, 'utf8')) as { picks: { image: string }[] };
    return new LabellingPanel(
      page,
      frame,
      classes,
      picks.map(({ image }) => image),
    );
  }

  /** Id of the image that is shown. Its folder, which may be the answer, is hidden until there is one. */
  async image(): Promise<string> {
    const shown = (await this.frame.locator('.stage .name').getAttribute('title')) ?? '';
    return this.asked.find((image) => image === shown || image.endsWith(`/${shown}`)) ?? '';
  }

  /** Answers and images of the batch. */
  async progress(): Promise<{ answered: number; asked: number }> {
    const bar = this.frame.locator('[role=progressbar]');
    const [answered, asked] = await Promise.all(
      ['aria-valuenow', 'aria-valuemax'].map((name) => bar.getAttribute(name)),
    );
    return { answered: Number(answered), asked: Number(asked) };
  }

  /** Presses the key of a class and waits until the page says that it is saved. */
  async answer(label: string): Promise<void> {
    const before = (await this.progress()).answered;
    // a picture that nobody has seen yet can't be answered
    await this.frame.locator('.stage .picture img').waitFor();
    await this.frame.locator('.class:not([disabled])').first().waitFor();
    await this.press(String(this.classes.indexOf(label) + 1));
    await this.untilAnswered(before + 1);
  }

  async undo(): Promise<void> {
    const before = (await this.progress()).answered;
    await this.press('Backspace');
    await this.untilAnswered(before - 1);
  }

  async isFinished(): Promise<boolean> {
    return this.frame.locator('.finished').isVisible();
  }

  async press(key: string): Promise<void> {
    await this.frame.locator('body').focus();
    await this.page.keyboard.press(key);
  }

  private async untilAnswered(count: number): Promise<void> {
    await expect.poll(async () => (await this.progress()).answered, { timeout: 20_000 }).toBe(count);
    // what is being saved counts already; nothing may be left of it
    await this.frame.locator('.status-saving').waitFor({ state: 'hidden' });
  }
}
