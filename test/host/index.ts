/** What VS Code loads as the tests of the extension: runs one window's suites with mocha inside the extension host. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import { type SuiteReport, suiteEnvironment } from './report';

export async function run(): Promise<void> {
  const window = process.env[suiteEnvironment.window] ?? '';
  const reportFile = process.env[suiteEnvironment.report] ?? '';
  const folder = join(__dirname, 'suites', window);
  const mocha = new Mocha({ ui: 'bdd', timeout: 120_000, reporter: 'min', reporterOptions: {} });
  for (const file of readdirSync(folder).sort()) if (file.endsWith('.test.js')) mocha.addFile(join(folder, file));

  const report = { passed: [] as string[], skipped: [] as string[], failed: [] as SuiteReport['failed'][number][] };
  // kept up to date, so that a host that dies half-way has said what it did
  const save = (): void => writeFileSync(reportFile, JSON.stringify(report));
  save();
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    const name = (test: Mocha.Test | Mocha.Hook): string => test.titlePath().join(' › ');
    runner.on('pass', (test) => {
      report.passed.push(name(test));
      save();
    });
    runner.on('pending', (test) => {
      report.skipped.push(name(test));
      save();
    });
    runner.on('fail', (test, error: Error) => {
      report.failed.push({ name: name(test), problem: error.stack ?? error.message });
      save();
    });
  });
  if (failures > 0) throw new Error(`${failures} tests failed.`);
}
