/** What stands in the files of test vectors that several tests read. */

export interface KCentreVectors {
  readonly cases: readonly {
    readonly name: string;
    readonly unlabelled: number[][];
    readonly labelled: number[][];
    readonly budget: number;
    readonly selected?: number[];
    /** Once everything is covered; the reference implementation picks an image twice there. */
    readonly selected_no_repeat?: number[];
    readonly radius_at_pick: number[];
  }[];
}

export interface GlisterVectors {
  readonly weights: number[][];
  readonly bias: number[];
  readonly pool_features: number[][];
  readonly labelled_features: number[][];
  readonly labelled_y: number[];
  readonly val_features: number[][];
  readonly val_y: number[];
  readonly cases: readonly {
    readonly name: string;
    readonly use_validation: boolean;
    readonly lr: number;
    readonly typeOf: 'none' | 'Diversity' | 'FacLoc';
    readonly lam: number | null;
    readonly budget: number;
    readonly selected: number[];
    readonly trace: { readonly remaining: number[]; readonly gains: number[]; readonly picked: number }[];
  }[];
}
