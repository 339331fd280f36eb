/** The hidden command of the command line that measures one strategy; its name, the folder of arrays and the budget follow. */
export const SELECTION_COMMAND = 'perf-selection';
