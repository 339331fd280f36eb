import type { Frame, Page } from 'playwright-core';

/*
 * What the pages themselves note, in milliseconds since 1970, so that the way between the test and the browser does not
 * count: in the window when a click came, in the labelling page when its picture could be seen.
 */

/** Has the window and every page in it note those moments; to be called before they are loaded. */
export async function watchWindow(page: Page): Promise<void> {
  await page.addInitScript(`{
    const now = () => performance.timeOrigin + performance.now();
    if (window === window.top) addEventListener('mousedown', () => { window.clickedAt = now(); }, true);
    else {
      const timer = setInterval(() => {
        const picture = document.querySelector('.stage .picture img');
        if (!picture?.complete || !picture.naturalWidth) return;
        clearInterval(timer);
        window.pictureAt = now();
      }, 4);
      // in front of the page's own listener, which has drawn the answer by the time that a second one is called
      const add = window.addEventListener;
      window.addEventListener = (type, listener, options) => add.call(window, type, type !== 'message' ? listener : (event) => {
        if (event.data?.kind === 'answer') window.answeredAt = now();
        return listener.call(window, event);
      }, options);
    }
  }`);
}

export const clickedAt = (page: Page): Promise<number> => page.evaluate<number>('window.clickedAt');

/** How the labelling page was loaded. */
export interface PageLoad {
  /** The document asks for its script. */
  readonly asked: number;
  /** The script is there. */
  readonly served: number;
  /** The script's modules have been run. */
  readonly running: number;
  /** The first state has come, and has been drawn. */
  readonly state: number;
  readonly drawn: number;
  /** The first picture can be seen. */
  readonly picture: number;
}

export async function pageLoad(frame: Frame): Promise<PageLoad> {
  // not waitForFunction, which the page's content security policy forbids
  while (!(await frame.evaluate('window.pictureAt'))) await frame.page().waitForTimeout(50);
  return frame.evaluate<PageLoad>(`(() => {
    const script = performance.getEntriesByType('resource').find(({ name }) => name.endsWith('/labelling.js'));
    const mark = (name) => performance.timeOrigin + performance.getEntriesByName(name)[0].startTime;
    return {
      asked: performance.timeOrigin + (script?.startTime ?? 0),
      served: performance.timeOrigin + (script?.responseEnd ?? 0),
      running: mark('warmstart running'),
      state: mark('warmstart state'),
      drawn: mark('warmstart drawn'),
      picture: window.pictureAt,
    };
  })()`);
}

/** One press of a class key. */
export interface PressTimes {
  readonly pressed: number;
  /** The page has done with the key: the request is on its way and the next image is drawn. */
  readonly handled: number;
  /** The extension's answer has come. */
  readonly answered: number;
  /** The progress bar, which counts only what is saved, has moved on. */
  readonly counted: number;
  /** The next frame is drawn, with the next image in it. */
  readonly drawn: number;
}

/** From the press of a class key to the next image on the screen with the answer saved. */
export async function pressAndWait(page: Page, frame: Frame, key: string): Promise<PressTimes> {
  await frame.evaluate(`window.pressed = new Promise((resolve) => {
    const now = () => performance.timeOrigin + performance.now();
    const times = {};
    const bar = document.querySelector('[role=progressbar]');
    const name = document.querySelector('.stage .name');
    const [before, image] = [Number(bar.getAttribute('aria-valuenow')), name.title];
    addEventListener('keydown', () => { times.pressed = now(); }, { once: true, capture: true });
    addEventListener('keydown', () => { times.handled = now(); }, { once: true });
    // only what the extension has confirmed counts as answered
    const observer = new MutationObserver(() => {
      const picture = document.querySelector('.stage .picture img');
      if (Number(bar.getAttribute('aria-valuenow')) <= before || name.title === image) return;
      observer.disconnect();
      times.counted = now();
      times.answered = window.answeredAt;
      const seen = () => {
        if (!picture.complete) return requestAnimationFrame(seen);
        times.drawn = now();
        resolve(times);
      };
      requestAnimationFrame(seen);
    });
    observer.observe(bar, { attributeFilter: ['aria-valuenow'] });
  }); 0`);
  await page.keyboard.press(key);
  return frame.evaluate<PressTimes>('window.pressed');
}
