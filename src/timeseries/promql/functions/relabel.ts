import { AppError } from '../../../contract/app-error.ts';
import { type LabelSet, labelValue, withLabel } from '../../labels.ts';
import { compileRe2 } from '../../re2.ts';
import { evaluationError } from '../query-error.ts';

const validName = /^[A-Za-z_][A-Za-z0-9_]*$/;

function requireLabelName(name: string, where: string): string {
  if (validName.test(name)) return name;
  throw evaluationError(`invalid ${where} label name in call: ${JSON.stringify(name)}`);
}

/**
 * `label_replace`: where the pattern matches all of `source`, `target` becomes the replacement with `$1`, `$name`,
 * `${name}` filled in. An empty result removes the label.
 *
 * @throws AppError `invalid-argument` on a bad pattern or target name.
 */
export function labelReplace(
  target: string,
  replacement: string,
  source: string,
  pattern: string,
): (labels: LabelSet) => LabelSet {
  requireLabelName(target, 'destination');
  const regex = compilePattern(pattern);
  return (labels) => {
    const found = regex.exec(labelValue(labels, source));
    return found ? withLabel(labels, target, expand(replacement, found)) : labels;
  };
}

function compilePattern(pattern: string): RegExp {
  try {
    return compileRe2(pattern);
  } catch (error) {
    throw evaluationError(`invalid regular expression in label_replace(): ${AppError.from(error).message}`);
  }
}

/** A name after `$` is as long as letters, digits and underscores go: `$1x` is the group named `1x`, which is not there. */
function expand(template: string, found: RegExpExecArray): string {
  return template.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
    if (whole === '$$') return '$';
    const name = braced ?? bare ?? '';
    return (/^\d+$/.test(name) ? found[Number(name)] : found.groups?.[name]) ?? '';
  });
}

/** `label_join`: `target` becomes the sources' values with the separator between them. @throws AppError `invalid-argument` on a bad name. */
export function labelJoin(
  target: string,
  separator: string,
  sources: readonly string[],
): (labels: LabelSet) => LabelSet {
  for (const source of sources) requireLabelName(source, 'source');
  requireLabelName(target, 'destination');
  return (labels) =>
    withLabel(labels, target, sources.map((source) => labelValue(labels, source)).join(separator));
}
