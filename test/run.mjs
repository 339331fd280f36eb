// Runs every test suite and ends with the line "N passed, N failed".
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';

const report = '.test-output/vitest.json';
mkdirSync('.test-output', { recursive: true });
const args = ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const code = await new Promise((resolve) =>
  spawn('npx', [...args, ...process.argv.slice(2)], { stdio: 'inherit' }).on('close', resolve),
);

let passed = 0;
let failed = 0;
let skipped = 0;
try {
  const result = JSON.parse(readFileSync(report, 'utf8'));
  passed = result.numPassedTests;
  // a file that can't be loaded has no tests, and fails all the same
  const broken = result.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  failed = result.numFailedTests + broken.length;
  skipped = result.numPendingTests;
} catch (error) {
  console.error(`The test report ${report} can't be read: ${error.message}`);
  failed = 1;
}
if (code !== 0 && failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed > 0 ? 1 : 0);
