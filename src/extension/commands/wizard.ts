import { type QuickInput, QuickInputButtons, type QuickPick, type QuickPickItem, window } from 'vscode';

/** How a step was left without an answer: to the step before it, or out of the wizard. */
export type Left = 'back' | 'out';

/** What came of a question. */
export type Asked<T> = { readonly answer: T } | Left;

/** Where a step stands; VS Code shows it in the title. */
export interface Place {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
}

/** Asks for one thing and keeps the answer. */
export interface Step {
  readonly ask: (place: Place) => Promise<Left | 'next'>;
  /** Whether it is to be asked after what was answered before it; always unless it says so. */
  readonly isAsked?: () => boolean;
}

/** Goes through the steps, also back; what was answered stands there again. True when the last one was answered. */
export async function goThrough(title: string, steps: readonly Step[]): Promise<boolean> {
  for (let at: Step | undefined = steps[0]; at; ) {
    const before = asked(steps);
    const place = { title, step: before.indexOf(at) + 1, totalSteps: before.length };
    const left = await at.ask(place);
    if (left === 'out') return false;
    const now = asked(steps); // the answer may have brought steps, or done away with some
    at = now[now.indexOf(at) + (left === 'back' ? -1 : 1)];
  }
  return true;
}

const asked = (steps: readonly Step[]) => steps.filter(({ isAsked }) => isAsked?.() ?? true);

/** Takes an answer and says that the wizard goes on, or how the step was left. */
export async function keep<T>(asking: Promise<Asked<T>>, take: (answer: T) => void): Promise<Left | 'next'> {
  const asked = await asking;
  if (typeof asked === 'string') return asked;
  take(asked.answer);
  return 'next';
}

export interface Choice<T extends QuickPickItem> {
  readonly placeholder: string;
  readonly items: readonly T[];
  /** Which one stands marked, or, of many, which are ticked. */
  readonly isChosen: (item: T) => boolean;
  /** Told when it is shown, to say more once that is known; the signal ends with it. */
  readonly onShow?: (picker: QuickPick<T>, signal: AbortSignal) => void;
}

/** Picks one of a few. */
export async function pickOne<T extends QuickPickItem>(place: Place, choice: Choice<T>): Promise<Asked<T>> {
  const picker = window.createQuickPick<T>();
  picker.items = choice.items;
  picker.activeItems = choice.items.filter(choice.isChosen).slice(0, 1);
  return show(place, picker, choice, () => picker.activeItems[0]);
}

/** Ticks some of many, at least one. `onTick` is told of each, so that ticks stay when the step is left by Back. */
export async function pickSome<T extends QuickPickItem>(
  place: Place,
  choice: Choice<T>,
  onTick: (ticked: readonly T[]) => void,
): Promise<Asked<readonly T[]>> {
  const picker = window.createQuickPick<T>();
  picker.canSelectMany = true;
  picker.items = choice.items;
  picker.selectedItems = choice.items.filter(choice.isChosen);
  picker.onDidChangeSelection(onTick);
  return show(place, picker, choice, () => (picker.selectedItems.length > 0 ? picker.selectedItems : undefined));
}

function show<T extends QuickPickItem, R>(
  place: Place,
  picker: QuickPick<T>,
  { placeholder, onShow }: Choice<T>,
  answer: () => R | undefined,
): Promise<Asked<R>> {
  picker.placeholder = placeholder;
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  const shown = new AbortController();
  const answered = ask(place, picker, answer);
  onShow?.(picker, shown.signal);
  return answered.finally(() => shown.abort());
}

export interface Wish {
  readonly prompt: string;
  readonly value: string;
  readonly placeholder?: string;
  /** What is wrong with a text; undefined where nothing is. */
  readonly check?: (text: string) => string | undefined;
}

/** Asks for a text. */
export async function askText(place: Place, { prompt, value, placeholder = '', check }: Wish): Promise<Asked<string>> {
  const box = window.createInputBox();
  box.prompt = prompt;
  box.value = value;
  box.placeholder = placeholder;
  const say = () => {
    box.validationMessage = check?.(box.value);
    return box.validationMessage === undefined || box.validationMessage === '';
  };
  box.onDidChangeValue(say);
  return ask(place, box, () => (say() ? box.value : undefined));
}

/** Shows an input until it is answered or left; an answer that is none yet leaves it open. */
function ask<R>(
  { title, step, totalSteps }: Place,
  input: QuickInput & {
    buttons: readonly unknown[];
    readonly onDidAccept: (listener: () => void) => unknown;
    readonly onDidTriggerButton: (listener: () => void) => unknown;
  },
  answer: () => R | undefined,
): Promise<Asked<R>> {
  Object.assign(input, { title, step, totalSteps, ignoreFocusOut: true });
  if (step > 1) input.buttons = [QuickInputButtons.Back];
  return new Promise<Asked<R>>((resolve) => {
    input.onDidAccept(() => {
      const given = answer();
      if (given !== undefined) resolve({ answer: given });
    });
    input.onDidTriggerButton(() => resolve('back'));
    input.onDidHide(() => resolve('out'));
    input.show();
  }).finally(() => input.dispose());
}
