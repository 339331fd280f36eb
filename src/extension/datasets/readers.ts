import { readAnswers } from './answers';
import { KnownFiles } from './knownFiles';
import { listDatasets, readDataset } from './readDatasets';
import { roundOf } from './roundOf';

/** What reads and checks the files of datasets; `known` remembers them. */
export const makeReaders = () => ({ listDatasets, readAnswers, readDataset, roundOf, known: new KnownFiles() });
export type Readers = ReturnType<typeof makeReaders>;
