import { Option } from 'commander';
import { learnerNames } from '../learner/learner';
import { keyValue, wholeNumber } from './values';

export type LearnerChoice = (typeof learnerNames)[number] | 'auto';

export const learnerOption = () =>
  new Option('--learner <name>', 'how to train').choices([...learnerNames, 'auto']).default('auto');
export const seedOption = () => new Option('--seed <n>', 'random seed').argParser(wholeNumber(0)).default(0);
export const strategyOptions = () =>
  new Option('--option <name=value>', 'an option of the strategy (repeatable)').argParser(keyValue).default({});
export const count = (flags: string, description: string) => new Option(flags, description).argParser(wholeNumber(1));
