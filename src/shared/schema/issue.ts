import type { ZodError } from 'zod';

/** The first thing that is wrong with a file: the place in it, such as `classes[2].name`, and what was expected. */
export function firstIssue(error: ZodError): { readonly place: string | null; readonly expected: string } {
  const issue = error.issues[0]!; // zod's errors have one at least
  const steps = issue.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`));
  const place = steps.length === 0 ? null : steps.join('').replace(/^\./, '');
  return { place, expected: issue.message.replace(/\.$/, '') };
}
