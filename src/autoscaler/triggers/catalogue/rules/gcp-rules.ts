import type { CrossFieldRule } from '../check-context.ts';

// Rules of the triggers for Google Cloud.

/** Credentials of Google Cloud: a pod identity, or a key as text, in a variable, or in a file that a variable names. */
export const gcpCredentials: CrossFieldRule = (_values, { podIdentity, sources }) => {
  if (podIdentity !== 'none' && podIdentity !== '') return [];
  const { authParams, triggerMetadata } = sources;
  return [
    authParams['GoogleApplicationCredentials'],
    triggerMetadata['credentialsFromEnv'],
    triggerMetadata['credentialsFromEnvFile'],
  ].some((text) => text?.trim())
    ? []
    : [
        'credentialsFromEnv: expected a variable here or in credentialsFromEnvFile, GoogleApplicationCredentials in the TriggerAuthentication, or the pod identity gcp; received nothing',
      ];
};

/** Cloud Monitoring aligns over a minute at least. */
export const alignmentPeriod: CrossFieldRule = (values) => {
  const seconds = values.number('alignmentPeriodSeconds');
  return seconds === 0 || seconds >= 60
    ? []
    : [`alignmentPeriodSeconds: expected 60 or more, received ${seconds}`];
};
