import { findChromium, installChromium } from './chromium';
import { findCodeServer, installCodeServer } from './codeServer';
import { findSlurm, installSlurm } from './slurm';
import { findStrace, installStrace } from './strace';
import { Unavailable } from './unavailable';
import { findVSCode, hasDisplay, installVSCode } from './vscode';
import { findSoftwareVulkan, installVulkanLoader } from './vulkan';

/** What tests need of a machine beyond Node. */
export interface Need {
  readonly what: string;
  /** @throws Unavailable */
  readonly find: () => unknown;
  readonly install: () => Promise<void>;
}

/** In the order in which they are fetched; the later ones need the first. */
export const needs: readonly Need[] = [
  { what: 'Chromium', find: findChromium, install: installChromium },
  { what: 'software Vulkan', find: findSoftwareVulkan, install: installVulkanLoader },
  { what: 'the stand-in for VS Code', find: findCodeServer, install: installCodeServer },
  { what: 'strace', find: findStrace, install: installStrace },
  { what: 'Slurm', find: findSlurm, install: installSlurm },
  // without a display the stand-in does
  ...(hasDisplay() ? [{ what: 'VS Code', find: findVSCode, install: installVSCode }] : []),
];

/** Why it is not there; null when it is. */
export function whyMissing({ find }: Need): Unavailable | null {
  try {
    find();
    return null;
  } catch (error) {
    if (error instanceof Unavailable) return error;
    throw error;
  }
}
