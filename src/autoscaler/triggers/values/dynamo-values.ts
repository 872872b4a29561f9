/** A value as DynamoDB is told it: `{"N": "1994"}`. */
export type DynamoValue = Readonly<Record<string, unknown>>;

/**
 * Values of a query's expression on their way to DynamoDB. As in KEDA `B` is written as plain text, not as base64, and
 * `NULL` is true whatever it says.
 *
 * @returns null where one has a type that KEDA does not pass on.
 */
export function dynamoValues(written: unknown): Readonly<Record<string, DynamoValue>> | null {
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return null;
  const values = Object.entries(written).map(([name, value]) => [name, dynamoValue(value)] as const);
  return values.some(([, value]) => value === null)
    ? null
    : Object.fromEntries(values.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

function dynamoValue(written: unknown): DynamoValue | null {
  if (typeof written !== 'object' || written === null) return null;
  const [[type, inner] = ['', null], ...others] = Object.entries(written);
  if (others.length > 0) return null;
  switch (type) {
    case 'S':
    case 'N':
      return typeof inner === 'string' ? { [type]: inner } : null;
    case 'BOOL':
      return typeof inner === 'boolean' ? { BOOL: inner } : null;
    case 'NULL':
      return { NULL: true };
    case 'B':
      return typeof inner === 'string' ? { B: Buffer.from(inner).toString('base64') } : null;
    case 'L': {
      const items = Array.isArray(inner) ? inner.map(dynamoValue) : [null];
      return items.includes(null) ? null : { L: items };
    }
    case 'M': {
      const members = dynamoValues(inner);
      return members && { M: members };
    }
    default:
      return null;
  }
}
