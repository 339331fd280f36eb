import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { learnerNames } from '../learner/learner';
import type { GlobalOptions } from './run';
import { keyValue, wholeNumber } from './values';

export type LearnerChoice = (typeof learnerNames)[number] | 'auto';

export const learnerOption = () =>
  new Option('--learner <name>', 'how to train').choices([...learnerNames, 'auto']).default('auto');
export const seedOption = () => new Option('--seed <n>', 'random seed').argParser(wholeNumber(0)).default(0);
export const strategyOptions = () =>
  new Option('--option <name=value>', 'an option of the strategy (repeatable)').argParser(keyValue).default({});
export const count = (flags: string, description: string) => new Option(flags, description).argParser(wholeNumber(1));

/** What every command's action gets besides its own options. */
interface Context extends GlobalOptions {
  readonly workspace: string;
}

export const contextOf = (command: Command): Context => {
  const globals = command.optsWithGlobals<GlobalOptions>();
  return { ...globals, workspace: resolve(globals.workspace) };
};
