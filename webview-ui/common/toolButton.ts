import { element } from './element';
import { type IconName, icon } from './icons';

export interface ToolButton {
  readonly icon: IconName | SVGElement;
  readonly label: string;
  /** As people read it; also said in the tooltip. */
  readonly key?: string;
  /** Show the label beside the icon. */
  readonly wide?: boolean;
  press(): void;
}

/** What a button is called: all that is written on it, for those who say what they see. */
export const nameOfButton = (label: string, key?: string): string => (key ? `${label} ${key}` : label);

/** A small button with an icon; its key is in the tooltip and told to screen readers. */
export function toolButton({ icon: shape, label, key, wide = false, press }: ToolButton): HTMLElement {
  const picture = typeof shape === 'string' ? icon(shape) : shape;
  return element('vscode-button', {
    class: wide ? 'tool wide' : 'tool',
    attributes: {
      appearance: wide ? 'secondary' : 'icon',
      'aria-label': nameOfButton(label, wide ? key : undefined),
      title: key ? `${label} (${key})` : label,
      'aria-keyshortcuts': key ?? null,
    },
    on: { click: press },
    children: wide
      ? [
          element('span', { attributes: { slot: 'start' }, children: [picture] }),
          element('span', { text: label }),
          ...(key ? [element('kbd', { text: key, attributes: { slot: 'end', 'aria-hidden': 'true' } })] : []),
        ]
      : [picture],
  });
}
