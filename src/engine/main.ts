import { join } from 'node:path';
import { serve } from './server/server';

/**
 * The engine as a child process of the editor. It ends when the editor's channel closes, however that came about, so
 * that no engine is ever left running alone.
 */
if (process.channel) serve(join(__dirname, 'cli.js'));
else {
  process.stderr.write('This is the engine of the Warmstart extension; run cli.js for the command line.\n');
  process.exitCode = 2;
}
