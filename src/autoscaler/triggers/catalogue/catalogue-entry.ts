import type { ParameterSpec } from '../parameters.ts';

/** What KEDA knows about one trigger type, as data. */
export interface CatalogueEntry {
  readonly type: string;
  /** Name of its metric, `{parameter}` filled in; `*`: a named function knows; `-`: no metric of its own. */
  readonly metricName: string;
  /** The parameter whose value is the target; `=1` for a fixed one; `*`: a named function knows. */
  readonly target: string;
  /** The parameter that a value must exceed for the trigger to be active; null where there is none. */
  readonly activation: string | null;
  /** In the order written. A name may occur twice with different places. */
  readonly parameters: readonly ParameterSpec[];
}
