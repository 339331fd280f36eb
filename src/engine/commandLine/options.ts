import { Option } from 'commander';
import { learnerChoices } from '../../shared/learners';
import { keyValue, wholeNumber } from './values';

export const learnerOption = () =>
  new Option('--learner <name>', 'how to train').choices(learnerChoices).default('auto');
export const seedOption = () => new Option('--seed <n>', 'random seed').argParser(wholeNumber(0)).default(0);
export const strategyOptions = () =>
  new Option('--option <name=value>', 'an option of the strategy (repeatable)').argParser(keyValue).default({});
export const count = (flags: string, description: string) => new Option(flags, description).argParser(wholeNumber(1));
