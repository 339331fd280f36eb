// Runs every suite and ends with the line "N passed, N failed". One part alone: `node test/run.mjs parts|host|ui`;
// what follows goes to that part (names of test files, or of windows).
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { buildHostTests, hostFolder } from './host/build.mjs';
import { runBundled } from './support/runBundled.mjs';

const output = '.test-output';
const total = { passed: 0, failed: 0, skipped: 0 };

/** Each part runs to its end and adds to the total. */
const parts = {
  /** Units, the engine, crashes, and pages of the extension in a browser. */
  async parts(args) {
    await vitest('parts', args);
  },
  /** The extension host of VS Code. */
  async host(args) {
    const report = `${output}/host.json`;
    rmSync(report, { force: true });
    await buildHostTests();
    const code = await run('node', [`${hostFolder}/run.js`, ...args]);
    add(report, code, (result) => result);
  },
  /** The packaged extension in the workbench. */
  async ui(args) {
    await vitest('workbench', args);
  },
};

const [first, ...rest] = process.argv.slice(2);
const only = first in parts ? first : undefined;
mkdirSync(output, { recursive: true });
await runBundled('support/machine/check.ts', []);
if (only) await parts[only](rest);
else if (first) await parts.parts([first, ...rest]);
else for (const part of Object.values(parts)) await part([]);

const { passed, failed, skipped } = total;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed > 0 ? 1 : 0);

async function vitest(project, args) {
  const report = `${output}/vitest-${project}.json`;
  rmSync(report, { force: true });
  const options = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await run('npx', ['vitest', 'run', '--project', project, ...options, ...args]);
  add(report, code, (result) => {
    // a file that can't be loaded has no tests, and fails all the same
    const broken = result.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
    return {
      passed: result.numPassedTests,
      failed: result.numFailedTests + broken.length,
      skipped: result.numPendingTests,
    };
  });
}

/** A part that ends badly without naming a failed test counts as one. */
function add(report, code, read) {
  let counts;
  try {
    counts = read(JSON.parse(readFileSync(report, 'utf8')));
  } catch (error) {
    console.error(`The test report ${report} can't be read: ${error.message}`);
    counts = { passed: 0, failed: 1, skipped: 0 };
  }
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  for (const key of Object.keys(total)) total[key] += counts[key];
}

function run(program, args) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'inherit', shell: process.platform === 'win32' });
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });
}
