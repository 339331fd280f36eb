/** A strategy's name as charts and tables show it: "maxHerding-until-35-then-margin" as words. */
export function readableStrategy(name: string): string {
  return name.replace(/-until-(\d+)-then-/g, ' until $1, then ');
}
