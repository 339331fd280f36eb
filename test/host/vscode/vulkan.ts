import { existsSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { findChromium } from './chromium';
import { installByApt } from './program';
import { Unavailable } from './unavailable';

const LOADER = 'libvulkan.so.1';
const SWIFTSHADER = 'vk_swiftshader_icd.json';
const libraryFolders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];

/** What a process needs in its environment to find a GPU that the CPU imitates. Empty: the machine's own settings do. */
export type VulkanEnvironment = Readonly<Record<string, string>>;

/**
 * Software Vulkan to test in: SwiftShader, which comes with Chromium, and the Vulkan loader, installed by apt-get where it
 * is missing and that is possible. VK_ICD_FILENAMES names another driver.
 * @throws Unavailable
 */
export async function ensureSoftwareVulkan(): Promise<VulkanEnvironment> {
  if (process.platform !== 'linux') throw new Unavailable('Software Vulkan is set up for tests on Linux only.');
  const browserFolders = foldersOfBrowser();
  const findLoader = () => [...libraryFolders, ...browserFolders].find((folder) => existsSync(join(folder, LOADER)));
  let problem = '';
  if (!findLoader())
    await installByApt(['libvulkan1'], 'the Vulkan loader').catch((error: Error) => {
      problem = error.message;
    });
  const loader = findLoader();
  if (!loader)
    throw new Unavailable(`There is no Vulkan loader on this machine and it could not be installed: ${problem}`);
  const runtime = { XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? tmpdir() }; // drivers complain without
  const named = process.env.VK_ICD_FILENAMES;
  const driver = named ?? browserFolders.map((folder) => join(folder, SWIFTSHADER)).find((path) => existsSync(path));
  if (!driver) throw new Unavailable('There is no software Vulkan on this machine; it comes with Chromium.');
  const path = [loader, process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter);
  return {
    ...runtime,
    VK_ICD_FILENAMES: driver,
    ...(libraryFolders.includes(loader) ? {} : { LD_LIBRARY_PATH: path }),
  };
}

/** Where a browser may keep its libraries: beside its program, or where Debian puts them. */
function foldersOfBrowser(): string[] {
  const browser = findChromium();
  return [...(browser && existsSync(browser) ? [dirname(realpathSync(browser))] : []), '/usr/lib/chromium'];
}
