import type { ParameterSources } from '../parameters.ts';
import type { TriggerValues } from './trigger-values.ts';

/** What rules about several parameters look at besides the values. */
export interface CheckContext {
  readonly sources: ParameterSources;
  /** `podIdentity.provider` of the authentication. @defaultValue 'none' */
  readonly podIdentity: string;
  /** `metricType` as written on the trigger. */
  readonly metricType: string | null;
  /** Does only a formula use the value? Then a target of 0 is fine. */
  readonly formulaInput: boolean;
}

/** One rule about several parameters. @returns sentences, empty when all is well. */
export type CrossFieldRule = (values: TriggerValues, context: CheckContext) => readonly string[];
