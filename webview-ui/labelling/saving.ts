import { fill } from '../../src/shared/fill';
import type { Page } from './actions';
import type { Press } from './model';

/** Sends what a person answers and flags, and says what became of it. */
export function createSaving({ model, host, say, update }: Page) {
  const { texts } = model.state;

  const announce = ({ answers }: Press) => {
    const { answered, total } = model.counts();
    const said = saidOf(answers, answered, total);
    say(model.finished ? `${said} ${texts.doneTitle}` : said);
  };

  const saidOf = (answers: Press['answers'], answered: number, total: number): string => {
    const label = answers[0]?.label ?? null;
    if (label === null) return fill(texts.skipped, answered, total);
    if (answers.length === 1) return fill(texts.saved, label, answered, total);
    if (answers.every(({ source }) => source !== undefined))
      return fill(texts.accepted, answers.length, answered, total);
    return fill(texts.savedMany, label, answers.length, answered, total);
  };

  /** The page was drawn from what the extension said before; here is what went wrong since. */
  const failed = (error: unknown) => {
    update();
    say((error as Error).message);
  };

  return {
    failed,
    async send(press: Press | null) {
      if (!press) return;
      const saving = host.request('answer', { answers: press.answers }); // under way while the page is drawn
      update();
      try {
        model.saved(press, await saving);
        update();
        announce(press);
      } catch (error) {
        const { message } = error as Error;
        model.failed(press, message);
        update();
        say(fill(texts.notSaved, message));
      }
    },
    async flag(index: number, flag: string | null) {
      const params = model.flag(index, flag);
      update();
      if (!params) return say(flag === null ? texts.unflagged : texts.flagWaits);
      try {
        await host.request('flag', params);
        say(flag === null ? texts.unflagged : texts.flagged);
      } catch (error) {
        failed(error); // the state that came before this has the flag as it is
      }
    },
  };
}
