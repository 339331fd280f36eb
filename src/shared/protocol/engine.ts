import type { ProtocolName } from '../benchmarkProtocols';
import type { BuiltInName, Pool } from '../encoders';
import type { FeatureName, PretrainedChoice } from '../features';
import type { ClassChange } from '../schema/classChange';
import type { ContinuedFile } from '../schema/continued';
import type { Fit } from '../schema/dataset';
import type { EncoderFile } from '../schema/encoder';
import type { ExternalEncoderFile } from '../schema/externalEncoder';
import type { LabelEntry } from '../schema/labels';
import type { ResultsFile } from '../schema/results';
import type { RoundFile } from '../schema/round';
import type { SettleRule } from '../workspace/settleRule';

/**
 * What extension and engine say to each other: JSON-RPC over the forked child's IPC channel. Requests of `EngineRequests`
 * are answered by the engine's own process at once; those of `EngineJobs` run one at a time in a process of their own,
 * report progress and can be cancelled. So a label is never kept waiting by a training step.
 */
export const PROTOCOL_VERSION = 1;

/** Where a dataset lies: the folder that holds `warmstart/`, and its name. */
export interface DatasetAddress {
  readonly workspace: string;
  readonly dataset: string;
}

export interface Handshake {
  readonly protocol: number;
  /** Of the client, for the log. */
  readonly version: string;
}

export interface HandshakeAnswer extends Handshake {
  readonly pid: number;
}

/** A device and whether it can be used; `reason` says why not, and what to do. */
export interface DeviceReport {
  /** As the setting and --device name it. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly usable: boolean;
  /** Whether the engine computes on it as it is configured now. */
  readonly used: boolean;
  /** Images a second in training the small encoder; only where there is a choice. */
  readonly rate?: number;
  readonly reason?: string;
}

export interface LabelAddition {
  readonly image: string;
  readonly entry: LabelEntry;
}

export interface EngineConfiguration {
  /** A device's id, or `auto`. */
  readonly device: string;
  /** A folder with packages that were installed on demand; empty for none. */
  readonly packages: string;
  /** Of work of minutes beside which people go on with theirs. */
  readonly priority: 'low' | 'normal';
}

/** What a change of the classes has come to. */
export interface ClassesChanged {
  readonly change: ClassChange;
  readonly classes: readonly string[];
  /** Answers that say something else now, of all annotators. */
  readonly answers: number;
}

/** What an import of a folder would make of it, as far as names tell: no image is opened. */
export interface FolderLook extends CountedImages {
  /** How the images lie. */
  readonly layout: string;
  /** Absolute path of the images: inside the folder where archives have everything in one more, or a table. */
  readonly root: string;
  /** The layout or its parts say what the classes are, so that nothing need be asked. */
  readonly areClasses: boolean;
  /** The layout says it: no others are possible. */
  readonly areFixed: boolean;
  /** What the classes are called where their folders have the numbers of a published dataset; null elsewhere. */
  readonly numbered: { readonly dataset: string; readonly names: readonly string[] } | null;
  /** Why sub-folders do not look like classes, in a few words; null where they do. */
  readonly doubt: string | null;
  /** Many of its files are as large as photos are, so that faces may have to be cut out of them. */
  readonly mayBePhotos: boolean;
  /** Folders that are parts of the images, or could be; none where the layout has parts of its own. */
  readonly folders: readonly {
    readonly name: string;
    readonly images: number;
    readonly part: 'train' | 'test' | null;
  }[];
  /** Folders that may be parts to learn from and to test on, or may be classes; null where it is evident. */
  readonly parts: (PartsChoice & { readonly why: string }) | null;
  /** What can't be read, as far as that is known without opening it. */
  readonly broken: readonly ImageProblem[];
  /** Files that are no images: hidden ones, and of other kinds. */
  readonly ignored: { readonly hidden: number; readonly other: number };
  readonly notes: readonly string[];
}

/** How many images there are, without those that are known not to be readable and those that are left out. */
export interface CountedImages {
  readonly images: number;
  /** Images without a class. */
  readonly unlabelled: SplitImages;
  /** What the classes are, or what would be if sub-folders are classes. */
  readonly classes: readonly (SplitImages & { readonly name: string })[];
}

/** Images to learn from, and to test on. */
export interface SplitImages {
  readonly train: number;
  readonly test: number;
}

export interface ImageProblem {
  readonly id: string;
  readonly problem: string;
}

/** How the images of a folder would become pixels, as a sample of them says. */
export interface FormLook {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly fit: Fit;
  /** Share of an image that cropping hides or would hide, on average and at most. */
  readonly cropping: { readonly mean: number; readonly most: number };
  /** Some images as the model gets them, as data of a small picture file. */
  readonly pictures: readonly { readonly id: string; readonly data: string }[];
}

/** What opening all images of a folder tells. */
export interface ImagesLook extends CountedImages {
  readonly broken: readonly ImageProblem[];
  /** Images that repeat another one, test images that are to be learned from too, and groups of equal images with different labels. */
  readonly copies: number;
  readonly leaks: number;
  readonly conflicts: number;
  readonly notes: readonly string[];
}

/** A folder that may be imported, and what a person has said of it. */
export type FolderRequest = {
  readonly workspace: string;
  readonly folder: string;
  readonly layout?: string;
} & PartsWish;

/** Folders that are parts of the images, by what is done with them. */
export interface PartsChoice {
  readonly train: readonly string[];
  readonly test: readonly string[];
}

/** What a person has said of the parts. */
export interface PartsWish extends Partial<PartsChoice> {
  /** False: no folder is one. */
  readonly splits?: false;
}

/** Requests that are answered at once. */
export interface EngineRequests {
  /** First message. The engine refuses another protocol version with an error that tells how to mend it. */
  handshake: { params: Handshake; result: HandshakeAnswer };
  /**
   * Saves answers of one annotator. When it returns they are on the disk. An answer that is there already is replaced
   * only with `overwrite`; otherwise it is kept and listed. With `exact` the entry is written as it is given, so that one
   * without a flag takes a flag away, and one with another time counts as another. `again`: they are second answers, to images
   * that this person is asked again; they are no labels.
   */
  'labels/add': {
    params: DatasetAddress & {
      annotator: string;
      additions: readonly LabelAddition[];
      overwrite: boolean;
      exact?: boolean;
      again?: boolean;
    };
    result: { added: number; unchanged: number; kept: readonly string[] };
  };
  /** Takes answers of one annotator back (undo); they are gone from the disk when it returns. */
  'labels/remove': {
    params: DatasetAddress & { annotator: string; images: readonly string[]; again?: boolean };
    result: { removed: number };
  };
  /**
   * Settles images on which people differ: by what most say, by what one of them says, or to a class; without `images` all that are
   * disputed. People's answers stay as they are. `left`: images of which the rule says nothing.
   */
  'labels/settle': {
    params: DatasetAddress & {
      annotator: string;
      rule: SettleRule;
      images?: readonly string[];
    };
    result: { settled: number; left: readonly string[] };
  };
  /**
   * Files to show for images, in the order asked: the image files themselves, or pictures in the dataset's cache for
   * rows of a csv file. Null where the image is gone.
   */
  'images/files': {
    params: DatasetAddress & { images: readonly string[] };
    result: { files: readonly (string | null)[] };
  };
  /** Every image of a dataset, in an order that stays as long as `digest` does: what is said of all by number refers to it. */
  'images/list': {
    params: DatasetAddress;
    result: {
      digest: string;
      images: readonly string[];
      /** Numbers of the test images, ascending. */
      test: readonly number[];
    };
  };
  /**
   * Small pictures of images, made where the cache has none, in the order asked: of what is on the screen, a few at a time.
   * A file that is small already stands for itself. Null where an image is gone or can't be decoded.
   */
  'images/thumbnails': {
    params: DatasetAddress & { images: readonly string[] };
    result: { files: readonly (string | null)[] };
  };
  /** The classes in their order and their labels, also of classes that are none, and the change that can be undone. */
  'classes/list': {
    params: DatasetAddress;
    result: {
      classes: readonly { readonly name: string; readonly labels: number }[];
      unknown: readonly { readonly name: string; readonly labels: number }[];
      last: ClassChange | null;
    };
  };
  /** Changes the classes, and the labels of all annotators with them; on the disk when it returns. */
  'classes/change': { params: DatasetAddress & { change: ClassChange }; result: ClassesChanged };
  'classes/undo': { params: DatasetAddress; result: ClassesChanged };
  /** What holds for every job that starts from now on. */
  configure: { params: EngineConfiguration; result: null };
  /** What this machine has. */
  devices: { params: Record<string, never>; result: { devices: readonly DeviceReport[] } };
}

/** Images of earlier rounds that have no answer. */
export interface WaitingImages {
  /** Numbers of the rounds. */
  readonly rounds: readonly number[];
  readonly unanswered: number;
  /** Images of these rounds in all. */
  readonly asked: number;
}

/** An encoder that a dataset could use. */
export interface EncoderListing {
  readonly name: string;
  readonly origin: 'builtIn' | 'continued' | 'external';
  /** Whether rounds look through it, alone or beside others. */
  readonly used: boolean;
  /** Where the eyes come from; null where nobody said. */
  readonly trainedOn: string | null;
  readonly licence: string | null;
  /** Numbers an image; null where its file can't be read. */
  readonly dimensions: number | null;
  /** Absolute path of the model; null for what comes with Warmstart. */
  readonly model: string | null;
  /** What is wrong with its file. */
  readonly problem: string | null;
}

/** What every job's parameters may carry besides its own: the token under which its progress is reported. */
export interface Watched {
  readonly progressToken?: string | number;
}

/** A benchmark as it is asked for; `oracle` says that labels which people gave answer it, and not the layout's. */
export type BenchmarkRequest = DatasetAddress & {
  name: string;
  strategies: readonly string[];
  pretrained?: PretrainedChoice;
  features?: readonly FeatureName[];
  protocol?: ProtocolName;
  initial?: number;
  budget?: number;
  cycles?: number;
  seeds?: number;
  oracle?: 'people';
};

/** Long work. All of it also exists as a command of the command line, with the same meaning. */
export interface EngineJobs {
  /** What an import of a folder would find by names alone; an error where there are no images in it. */
  look: { params: FolderRequest; result: FolderLook };
  /** How its images would become pixels; done in the background, as is what follows. */
  lookAtForm: { params: FolderRequest & { fit?: Fit }; result: FormLook };
  /** Opens all its images and keeps nothing. */
  lookAtImages: { params: FolderRequest & { fit?: Fit }; result: ImagesLook };
  import: {
    params: {
      workspace: string;
      folder: string;
      name?: string;
      layout?: string;
      fit?: Fit;
      /** None: they are decided later. */
      classes?: readonly string[];
      /** Sub-folders are the classes. */
      classFolders?: boolean;
      /** Every face in them becomes an image. */
      faces?: boolean;
    } & PartsWish;
    result: {
      name: string;
      directory: string;
      alreadyImported: boolean;
      /** What has changed in a dataset that was there before, in images; null where nothing has, and for a new one. */
      changes: { added: number; changed: number; missing: readonly string[]; whole: boolean } | null;
      images: number;
      classes: readonly string[];
      broken: readonly { id: string; problem: string }[];
      duplicates: { groups: number; copies: number; leaks: number; conflicts: number };
      notes: readonly string[];
      /** Which encoder the dataset uses, and why. */
      features: { use: FeatureName; why: string };
    };
  };
  /** Which encoder the dataset uses from now on: a name of features (`faces`, `external:dino`, `faces+hog`). */
  useEncoder: { params: DatasetAddress & { use: string }; result: { use: FeatureName } };
  /** Computes what the encoder in use makes of all images; done in the background, the first question need not wait for it. */
  embed: { params: DatasetAddress; result: { images: number } };
  /** Draws `faces` synthetic training faces, and a third as many for testing, into `folder` and imports them. */
  sample: { params: { workspace: string; folder: string; faces: number }; result: { name: string } };
  /** `ahead`: in the background, all other work comes first. */
  pretrain: {
    params: DatasetAddress & {
      preset: string;
      minutes?: number;
      epochs?: number;
      seed: number;
      restart: boolean;
      ahead?: true;
    };
    result: { trained: boolean; encoder: EncoderFile };
  };
  /**
   * A built-in encoder's last blocks go on learning from the training images, without labels; goes on where it was stopped. Done in
   * the background: all other work comes first. `labels`: what cross-validation says of the encoder as it was and as it is,
   * null where labels are too few; `isWorse`: by more than chance explains; `inUse`: what rounds look through now.
   */
  continueEncoder: {
    params: DatasetAddress & { base: BuiltInName; seed: number };
    result: {
      trained: boolean;
      encoder: ContinuedFile;
      labels: { labels: number; before: { accuracy: number }; after: { accuracy: number }; isWorse: boolean } | null;
      inUse: FeatureName | null;
    };
  };
  /** Trains on what is labelled. `results` is null when nothing is labelled yet. */
  train: {
    params: DatasetAddress & { learner: string; seed: number };
    result: {
      trained: boolean;
      results: ResultsFile | null;
      /** Set when the labels speak against the encoder that was guessed at import: which one for, and why. */
      evidence?: { use: FeatureName; why: string };
    };
  };
  /**
   * Writes the next round; null when every training image has been asked for, and `note` says so, or when earlier rounds
   * have images without an answer (`waiting`) and `again` does not say that more are wanted all the same. `everybody`: per cent of
   * the images that everybody answers. `repeats`: of so many images, in per cent of the new ones, each person is asked again.
   */
  query: {
    params: DatasetAddress & {
      strategy: string;
      budget: number;
      seed: number;
      again?: boolean;
      everybody?: number;
      repeats?: number;
    };
    result: { round: RoundFile | null; note?: string; waiting?: WaitingImages };
  };
  /** Draws a random sample whose labels are measured on and never trained on, as a round of its own. */
  testSet: { params: DatasetAddress & { images: number; seed: number }; result: { round: RoundFile } };
  /** The current model's class for each image of a round, for suggestions; probabilities in the order of the classes. */
  suggest: {
    params: DatasetAddress & { round: number };
    result: { suggestions: readonly { image: string; label: string; probability: number }[] };
  };
  /**
   * Compares strategies on known labels; goes on with a benchmark of that name. What is left out is the protocol's, and
   * the protocol 'paper'; numbers are of images, the first of them drawn at random unless the protocol is 'cold'. Either
   * `pretrained` or `features`; without both, what rounds do, and with and without pre-training.
   */
  benchmark: { params: BenchmarkRequest; result: { folder: string } };
  /**
   * How many runs a benchmark has, how many are complete, and about how many seconds the others take, so many at a time; null where nothing
   * like them was ever run on this machine. `untimed`: strategies that never were, for which others' times stand.
   */
  benchmarkTime: {
    params: BenchmarkRequest;
    result: { runs: number; done: number; atATime: number; seconds: number | null; untimed: readonly string[] };
  };
  /**
   * Makes a benchmark ready for a Slurm cluster and writes its scripts, to be looked at and submitted; `time` is the limit of a task, `sbatch` further
   * options. `commands`: how a shell submits them.
   */
  benchmarkScripts: {
    params: BenchmarkRequest & { time: string; sbatch?: string };
    result: { scripts: readonly string[]; commands: readonly string[]; runs: number };
  };
  /** Looks at a model (a folder or an ONNX file) and tries it on one image; nothing is stored where it can't be used. */
  encoderAdd: {
    params: DatasetAddress & {
      path: string;
      name?: string;
      size?: number;
      mean?: readonly number[];
      std?: readonly number[];
      output?: string;
      pool?: Pool;
      trainedOn?: string;
    };
    result: {
      name: string;
      encoder: ExternalEncoderFile;
      outputs: readonly string[];
      preprocessor: string | null;
      seconds: number;
    };
  };
  encoderList: { params: DatasetAddress; result: { encoders: readonly EncoderListing[] } };
  /** Forgets an encoder that was added; the model's own files stay. */
  encoderRemove: { params: DatasetAddress & { name: string }; result: { removed: string } };
  /**
   * Writes a label for every training image: people's answers, and the newest model's elsewhere; nothing of it counts as an answer.
   * `written`: images by whose label it is, `both` where people and model agree, `reviewed` where people looked a prediction over.
   */
  predict: {
    params: DatasetAddress & { format: 'csv' | 'json' | 'coco' | 'folders'; out: string; links?: boolean };
    result: { path: string; written: { person: number; model: number; both: number; reviewed: number } };
  };
  /** What the newest model says of every image, by number (see `images/list`); `predicted`: index of the class. */
  predictions: {
    params: DatasetAddress;
    result: {
      digest: string;
      classes: readonly string[];
      round: number;
      predicted: readonly number[];
      probability: readonly number[];
    };
  };
  /** How like one image each is to the model, by number: 1 is the same. */
  similar: { params: DatasetAddress & { image: string }; result: { digest: string; likeness: readonly number[] } };
  /** Groups of images that look nearly the same to the model, by number. */
  nearDuplicates: {
    params: DatasetAddress;
    result: { digest: string; groups: readonly (readonly number[])[]; atLeast: number };
  };
  /** Pictures of what encoders are fed of an image. */
  seen: {
    params: DatasetAddress & { image: string };
    result: { pictures: readonly { path: string; by: readonly string[]; width: number; height: number }[] };
  };
  /** How suspicious every label is on which people agree, the most suspicious first; `images`: their numbers. */
  suspicions: {
    params: DatasetAddress;
    result: { digest: string; images: readonly number[]; suspicion: readonly number[] };
  };
  /** The most suspicious of these labels, and what speaks for and against each. `labels`: how many there are. */
  suspicious: {
    params: DatasetAddress & { most: number };
    result: {
      labels: number;
      suspicious: readonly {
        image: string;
        label: string;
        suspicion: number;
        /** What a model that has not seen the label says, and how sure it is. */
        expected: string;
        probability: number;
      }[];
    };
  };
  /** Images that a round's model was measured on: those of a class, or that it gave a class, or both. */
  roundImages: {
    params: DatasetAddress & { round: number; label?: string; predicted?: string };
    result: { images: readonly string[] };
  };
  export: {
    params: DatasetAddress & { what: 'labels' | 'model' | 'features'; format: string; out: string };
    result: { path: string };
  };
}

/**
 * Progress of a job, sent as JSON-RPC progress under the token that the request carried. Rates and times are derived by
 * whoever shows them, unless the job knows better.
 */
export interface JobProgress {
  /** What is being done, in a few words ("Decoding images"). */
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  /** What `done` counts ("images"). */
  readonly unit?: string;
  /** Units a second. */
  readonly rate?: number;
  readonly secondsLeft?: number;
  /** Anything worth reading beside the bar ("loss 4.21"). */
  readonly message?: string;
}

/** JSON-RPC error codes; `message` is always one sentence for people. */
export const engineErrorCodes = {
  input: 1,
  usage: 2,
  cancelled: 3,
  disk: 4,
  device: 5,
  damaged: 6,
  /** The client speaks another protocol version. */
  protocol: 7,
  /** A defect of ours. */
  defect: 8,
} as const;
export type EngineErrorCode = keyof typeof engineErrorCodes;
