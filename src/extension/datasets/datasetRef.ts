/** A dataset on disk, as commands, trees and panels name it. */
export interface DatasetRef {
  /** Folder that holds `warmstart/`: one of the workspace's folders. */
  readonly workspace: string;
  readonly name: string;
  /** `<workspace>/warmstart/<name>`. */
  readonly directory: string;
}
