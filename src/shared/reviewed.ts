/** The source of a reviewed prediction: an answer of a person who looked over what a model had said, and accepted or corrected it. */
export const REVIEWED = 'reviewed';
