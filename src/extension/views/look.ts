import type { ThemeIcon, TreeItemCollapsibleState } from 'vscode';

/** How a node of the tree looks. */
export interface Look {
  readonly label: string;
  readonly description?: string;
  readonly icon: ThemeIcon;
  /** Part of `viewItem`, for menus. */
  readonly context: string;
  /** Lines of the tooltip; plain text. */
  readonly tooltip: readonly string[];
  readonly folding?: TreeItemCollapsibleState;
  /** Run by a click, with the node. */
  readonly command?: string;
}
