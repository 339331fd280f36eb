import { percent as percentOf } from '../../shared/percent';

/** A share as tables show it: "42.7 %", a dash where there is none. */
export const percent = (share: number | null, decimals = 1): string =>
  share === null ? '–' : percentOf(share, decimals);
