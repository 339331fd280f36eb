import { existsSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { installByApt } from '../program';
import { findChromium } from './chromium';
import { NotSetUp, Unavailable } from './unavailable';

const LOADER = 'libvulkan.so.1';
const SWIFTSHADER = 'vk_swiftshader_icd.json';
const libraryFolders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];

/** What a process needs in its environment to find a GPU that the CPU imitates. Empty: the machine's own settings do. */
export type VulkanEnvironment = Readonly<Record<string, string>>;

/**
 * Software Vulkan to test in: SwiftShader, which comes with Chromium, and the Vulkan loader. VK_ICD_FILENAMES names
 * another driver.
 * @throws Unavailable
 */
export function findSoftwareVulkan(): VulkanEnvironment {
  if (process.platform !== 'linux') throw new Unavailable('Software Vulkan is set up for tests on Linux only.');
  const browserFolders = foldersOfBrowser();
  const loader = [...libraryFolders, ...browserFolders].find((folder) => existsSync(join(folder, LOADER)));
  if (!loader) throw new NotSetUp('There is no Vulkan loader on this machine.');
  const runtime = { XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? tmpdir() }; // drivers complain without
  const named = process.env.VK_ICD_FILENAMES;
  const driver = named ?? browserFolders.map((folder) => join(folder, SWIFTSHADER)).find((path) => existsSync(path));
  if (!driver) throw new NotSetUp('There is no software Vulkan on this machine; it comes with Chromium.');
  const path = [loader, process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter);
  return {
    ...runtime,
    VK_ICD_FILENAMES: driver,
    ...(libraryFolders.includes(loader) ? {} : { LD_LIBRARY_PATH: path }),
  };
}

/** The loader; the driver comes with the browser. */
export const installVulkanLoader = (): Promise<void> => installByApt(['libvulkan1'], 'the Vulkan loader');

/** Where a browser may keep its libraries: beside its program, or where Debian puts them. */
function foldersOfBrowser(): string[] {
  return [dirname(realpathSync(findChromium())), '/usr/lib/chromium'];
}
