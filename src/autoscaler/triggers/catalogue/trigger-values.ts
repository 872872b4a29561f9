/** Parsed parameters of any trigger type, read without knowing its table: missing is empty, 0 or false, as in KEDA. */
export interface TriggerValues {
  text(name: string): string;
  number(name: string): number;
  flag(name: string): boolean;
  list(name: string): readonly string[];
  /** Was it given, or does it have a default? */
  has(name: string): boolean;
  /** What was received in its place when it has none: `nothing`, or what there is and why it does not count. */
  absence(name: string): string;
}

export function triggerValues(
  values: Readonly<Record<string, unknown>>,
  absence: (name: string) => string = () => 'nothing',
): TriggerValues {
  return {
    text: (name) => {
      const value = values[name];
      return typeof value === 'string' ? value : '';
    },
    number: (name) => {
      const value = values[name];
      return typeof value === 'number' ? value : 0;
    },
    flag: (name) => values[name] === true,
    list: (name) => {
      const value = values[name];
      return Array.isArray(value) ? value.map(String) : [];
    },
    has: (name) => values[name] !== null && values[name] !== undefined,
    absence,
  };
}
