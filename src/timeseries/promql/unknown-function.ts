/** Functions of Prometheus' documentation that this store does not have. */
const unsupported: ReadonlySet<string> = new Set(['info', 'histogram_quantiles', 'start_timestamp']);

/** What is said of a call to a function that is not there. */
export function unknownFunction(name: string): string {
  return unsupported.has(name.toLowerCase())
    ? `the function ${name} is not supported by this store`
    : `unknown function with name "${name}"`;
}
