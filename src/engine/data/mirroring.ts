/**
 * Whether a mirrored image is still one of its class, as far as the names of all classes tell: none is named after a side or
 * a turn, or is a letter or digit.
 */
export const keepsClasses = (classes: readonly string[]): boolean => !classes.some(namesASide);

const namesASide = (name: string): boolean => [...name].length === 1 || SIDES.test(name);

const SIDES =
  /(^|[^\p{L}])(left|right|(anti|counter)?-?clockwise|east|west|links|rechts|gauche|droite|izquierd[ao]|derech[ao]|sinistr[ao]|destr[ao])([^\p{L}]|$)/iu;
