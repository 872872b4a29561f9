import { AppError } from '../../contract/app-error.ts';

/** One thing that is wrong with, or worth knowing about, a manifest. */
export interface ManifestProblem {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** The field, for example `spec.triggers[0].metadata.threshold`; empty when the document as a whole is meant. */
  readonly path: string;
  /** What was expected, what was received, what to do. */
  readonly message: string;
  /** Which rule speaks; a section of docs/lint.md. `here-…`: only this machine minds, a cluster takes it. */
  readonly rule: string;
  /** The same place as keys, for tools that edit. */
  readonly at?: readonly PropertyKey[];
}

/** Does only this machine mind, so that it says nothing about a cluster? */
export const mindsHereOnly = ({ rule }: { readonly rule: string }): boolean => rule.startsWith('here-');

/** How many problems one message spells out; a folder of unrelated YAML would else print pages. */
const maxSpelledOut = 20;

export function describeProblem(problem: Omit<ManifestProblem, 'rule'>): string {
  const path = problem.path === '' ? '' : `${problem.path}: `;
  return `${problem.file}:${problem.line}: ${path}${problem.message}`;
}

/** All problems of a set of manifests as one error, code `invalid-argument`, one line a problem. */
export function manifestError(problems: readonly ManifestProblem[]): AppError {
  const lines = problems.slice(0, maxSpelledOut).map(describeProblem);
  const more = problems.length - lines.length;
  if (more > 0) lines.push(`and ${more} more`);
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return new AppError('invalid-argument', `The manifests have ${count}:\n${lines.join('\n')}`, {
    param: problems[0]?.file ?? 'manifests',
    details: { problems },
  });
}

/** `['spec', 'triggers', 0, 'type']` -> `spec.triggers[0].type`. */
export function pathText(path: readonly PropertyKey[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? String(part) : `.${String(part)}`;
  }
  return text;
}
