/**
 * The facial action units that the sample faces can show, each from 0 (absent) to 1 (as strong as it gets), with their
 * numbers in the Facial Action Coding System (Ekman & Friesen, 1978).
 */
export const actionUnitNumbers = {
  innerBrowRaiser: 1,
  outerBrowRaiser: 2,
  browLowerer: 4,
  upperLidRaiser: 5,
  cheekRaiser: 6,
  lidTightener: 7,
  noseWrinkler: 9,
  upperLipRaiser: 10,
  lipCornerPuller: 12,
  lipCornerDepressor: 15,
  lowerLipDepressor: 16,
  chinRaiser: 17,
  tongueShow: 19,
  lipStretcher: 20,
  lipTightener: 23,
  lipsPart: 25,
  jawDrop: 26,
  upperLidDroop: 43,
} as const;

export type ActionUnitName = keyof typeof actionUnitNumbers;

/** Units that are not named are absent. */
export type ActionUnits = { readonly [name in ActionUnitName]?: number };
