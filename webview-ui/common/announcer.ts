import { element } from './element';

/** Speaks to screen readers through a polite live region; nothing is seen. */
export interface Announcer {
  readonly region: HTMLElement;
  say(text: string): void;
}

export function createAnnouncer(): Announcer {
  const region = element('div', {
    class: 'visually-hidden',
    attributes: { role: 'status', 'aria-live': 'polite', 'aria-atomic': 'true' },
  });
  return {
    region,
    say(text) {
      // the same text twice would not be read again: a no-break space makes it another
      region.textContent = region.textContent === text ? `${text}\u00a0` : text;
    },
  };
}
