import { JsonFiles } from './jsonFile';
import { LabelCounts } from './labelCounts';
import { LabelFiles } from './labelFiles';

/** What was read of the files of datasets, so that what stays as it is on the disk is not read again. */
export class KnownFiles {
  readonly json = new JsonFiles();
  readonly labels = new LabelFiles();
  private readonly counts = new Map<string, LabelCounts>();

  /** What the labels of a dataset come to. */
  countsOf(directory: string): LabelCounts {
    const known = this.counts.get(directory) ?? new LabelCounts(directory, this);
    this.counts.set(directory, known);
    return known;
  }
}
