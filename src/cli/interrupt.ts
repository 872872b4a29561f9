import { AppError } from '../contract/app-error.ts';

/** A signal that aborts when the command is told to stop; a second time ends the process at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130);
      controller.abort(new AppError('cancelled', `Stopped by ${name}.`));
    });
  }
  return controller.signal;
}
