/** Classes by the numbers that published datasets give them. FER2013's are in ferNames.ts. */

/** RAF-DB's basic expressions, 1 to 7. */
export const rafDbNames: readonly string[] = [
  'surprise',
  'fear',
  'disgust',
  'happiness',
  'sadness',
  'anger',
  'neutral',
];

/** RAF-DB's compound expressions, 1 to 11. */
export const rafDbCompoundNames: readonly string[] = [
  'happily surprised',
  'happily disgusted',
  'sadly fearful',
  'sadly angry',
  'sadly surprised',
  'sadly disgusted',
  'fearfully angry',
  'fearfully surprised',
  'angrily surprised',
  'angrily disgusted',
  'disgustedly surprised',
];

/** AffectNet's expressions, 0 to 7. */
export const affectNetNames: readonly string[] = [
  'neutral',
  'happy',
  'sad',
  'surprise',
  'fear',
  'disgust',
  'anger',
  'contempt',
];
