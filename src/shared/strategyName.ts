import { strategyTitles } from './strategyTitles';

/** Between the parts of a hybrid: "maxHerding-until-35-then-margin". */
const SWITCH = /-until-(\d+)-then-/;

const titleOf = (name: string): string => (Object.hasOwn(strategyTitles, name) ? strategyTitles[name]! : name);

/** A strategy's name as people read it everywhere: "tcm" as "TCM", "maxHerding-until-35-then-margin" as words. */
export function readableStrategy(name: string): string {
  const parts = name.split(SWITCH); // names and numbers take turns
  return parts.map((part, i) => (i % 2 === 0 ? titleOf(part) : ` until ${part}, then `)).join('');
}

const coloured = Object.keys(strategyTitles).filter((name) => name !== 'random');

/** A strategy's place among all that have a colour, the same in every chart; a hybrid has that of its first part. Null for a name that nobody knows. */
export function strategyPlace(name: string): number | null {
  const at = coloured.indexOf(name.split(SWITCH)[0] ?? '');
  return at < 0 ? null : at;
}
