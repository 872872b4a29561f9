import type { ManifestProblem } from '../../manifests/manifest-problem.ts';
import type { Edit } from '../finding.ts';

/** What can be done about a problem that reading or admission found, where it can be done safely. */
export function problemFix({ at = [], message, rule }: ManifestProblem): {
  readonly fix: string | null;
  readonly edits: readonly Edit[];
} {
  switch (rule) {
    case 'no-effect-cooldown':
    case 'no-effect-polling':
      return { fix: 'Remove it.', edits: [{ kind: 'remove', at }] };
    case 'keda-cached-metrics':
      return { fix: 'Remove it.', edits: [{ kind: 'remove', at }] };
    case 'authentication-missing':
      return {
        fix: 'Add it, or make sure that the cluster has it: KEDA logs its absence and goes on without what it would give.',
        edits: [],
      };
    case 'unknown-field': {
      const [, near] = /Did you mean (\S+)\?$/.exec(message) ?? [];
      // No edit: what was dropped until now would begin to work.
      return { fix: near === undefined ? 'Remove it.' : `Rename it to ${near}.`, edits: [] };
    }
    case 'annotation-counts-as-true':
      return {
        fix: 'Write "true", which it means, or "false".',
        edits: [{ kind: 'set', at, value: 'true' }],
      };
    case 'schema': {
      // A number or a boolean where the cluster takes only text: the same in quotes.
      const found = /^expected text, received the (?:number|boolean) (\S+?)\. Put it in quotes/.exec(message);
      const [, number] = /^expected a (?:whole )?number.*, received the text "(\d+)"$/.exec(message) ?? [];
      if (number !== undefined) return { fix: `Write ${number} without quotes.`, edits: [] };
      return found?.[1] === undefined
        ? { fix: null, edits: [] }
        : { fix: `Write "${found[1]}" in quotes.`, edits: [{ kind: 'set', at, value: found[1] }] };
    }
    default:
      return { fix: null, edits: [] };
  }
}
