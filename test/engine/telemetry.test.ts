import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built';
import { start } from '../support/commandLine';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

// What ONNX Runtime looks at before it decides to report: with these gone it does, unless our code forbids it.
const suppressing = /^(ORT_.*|CI|.*_CI|GITHUB_ACTIONS|TF_BUILD|BUILD_.*|JENKINS_.*|CODEBUILD_.*|TEAMCITY_.*|VITEST.*)$/;

it('ONNX Runtime keeps no device identifier, queue or log of events', async () => {
  const folder = await temporaryFolder();
  const [home, temporary] = [join(folder, 'home'), join(folder, 'temporary')];
  await Promise.all([home, temporary].map((path) => mkdir(path)));
  const input = join(folder, 'input.json');
  const features = Array.from({ length: 300 }, (_, i) => Array.from({ length: 64 }, (_, j) => Math.sin(i * 7 + j)));
  await writeFile(input, JSON.stringify({ k: 5, seed: 0, features })); // large enough for native products
  const kept = Object.entries(process.env).filter(([name]) => !suppressing.test(name));
  const env = { ...Object.fromEntries(kept), HOME: home, XDG_CACHE_HOME: '', TMPDIR: temporary };
  const ran = await start(['select', '--strategy', 'maxHerding', '--input', input], { env }).ended;
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  expect(await readdir(temporary)).toEqual([]);
  expect(await readdir(home)).toEqual([]);
});
