/** Does a set of labels meet a selector? */
export type LabelSelector = (labels: Readonly<Record<string, string>>) => boolean;

/**
 * A label selector as kubectl takes it: `a=b`, `a!=b`, `a in (b, c)`, `a notin (b)`, `a`, `!a`, `a>1`, with commas for
 * "and". The catalogue has checked its form.
 */
export function labelSelector(text: string): LabelSelector {
  const rules = text.split(/,(?![^(]*\))/).map((part) => ruleOf(part.trim()));
  return (labels) => rules.every((rule) => rule(labels));
}

function ruleOf(part: string): LabelSelector {
  const [, setKey = '', isNot, list = ''] = /^(\S+)\s+(not)?in\s+\(([^)]*)\)$/.exec(part) ?? [];
  if (setKey !== '') {
    const values = list.split(',').map((value) => value.trim());
    // Kubernetes: a label that is not there is not in any list.
    return (labels) => values.includes(labels[setKey] ?? '\0') === (isNot === undefined);
  }
  const [, key = '', operator = '', value = ''] = /^([^=!<>\s]+)\s*(==|=|!=|<|>)\s*(.*)$/.exec(part) ?? [];
  switch (operator) {
    case '=':
    case '==':
      return (labels) => labels[key] === value;
    case '!=':
      return (labels) => labels[key] !== value;
    case '<':
      return (labels) => Number(labels[key] ?? Number.NaN) < Number(value);
    case '>':
      return (labels) => Number(labels[key] ?? Number.NaN) > Number(value);
    default: {
      const absent = part.startsWith('!');
      const name = part.replace(/^!\s*/, '');
      return (labels) => name in labels !== absent;
    }
  }
}
