import { parsePercentage } from '../../decision/scaled-job/job-strategy.ts';
import type { ScaledJobSpec } from '../scaled-job.ts';
import type { RuleComplain } from './rule.ts';

/** A percentage that is no number: up to KEDA 2.20 strategy `custom` then silently becomes `default`; 2.21 refuses it. */
export function scaledJobPercentage({ scalingStrategy }: ScaledJobSpec, complain: RuleComplain): void {
  const text = scalingStrategy.customScalingRunningJobPercentage;
  if (text === null || parsePercentage(text) !== null) return;
  complain(
    'scaled-job-percentage',
    ['spec', 'scalingStrategy', 'customScalingRunningJobPercentage'],
    `expected a number such as "0.5", received "${text}": KEDA takes strategy default in place of custom without a word, and refuses it from 2.21 on`,
    'warning',
  );
}
