import { spawn, type ChildProcess } from 'node:child_process';
import { isAbsolute } from 'node:path';
import { AppError } from '../../contract/app-error.ts';
import type { Logger } from '../../platform/logger.ts';

/**
 * Sees to it that no process outlives this one, however this one ends, kill -9 included: a tiny `/bin/sh` holds the
 * list of process groups and acts when its standard input ends, which the kernel does for us.
 */
export interface Guardian extends AsyncDisposable {
  /** A process group to end with us. A process spawned with `detached: true` leads the group of its own pid. */
  add(processGroup: number): void;
  /** The group is gone. Unknown ones are ignored. */
  remove(processGroup: number): void;
  /** A folder of sockets to remove with us. Only `*.sock` in it and, when then empty, the folder itself are removed. */
  addSocketFolder(path: string): void;
}

export interface GuardianOptions {
  readonly logger: Logger;
  /** Between SIGTERM and SIGKILL once we are gone. @defaultValue 2000 */
  readonly graceMs?: number;
}

/**
 * Plain POSIX sh (dash, bash, macOS). It ignores the signals of a terminal, and runs in a session of its own, so that
 * Ctrl-C does not end it before its work. At the end of input: TERM to every group, a short wait, KILL to what is left.
 */
const script = `
trap '' INT TERM HUP QUIT PIPE
groups=' '
folders=''
while read -r verb value; do
  case $verb in
    add) groups="$groups$value " ;;
    remove)
      kept=' '
      for group in $groups; do
        [ "$group" = "$value" ] || kept="$kept$group "
      done
      groups=$kept ;;
    folder) folders="$folders$value
" ;;
  esac
done
alive=''
for group in $groups; do
  kill -s TERM -- "-$group" 2>/dev/null && alive=yes
done
turns=$1
while [ -n "$alive" ] && [ "$turns" -gt 0 ]; do
  sleep 0.1
  turns=$((turns - 1))
  alive=''
  for group in $groups; do
    kill -s 0 -- "-$group" 2>/dev/null && alive=yes
  done
done
for group in $groups; do
  kill -s KILL -- "-$group" 2>/dev/null
done
printf '%s' "$folders" | while read -r folder; do
  rm -f -- "$folder"/*.sock
  rmdir -- "$folder" 2>/dev/null
done
exit 0
`;

/** A guardian that keeps dying is being killed by someone; after this many the log says so and it stays away. */
const maxRestarts = 5;

/** Starts the guardian at once: about a millisecond, and it waits for nothing. */
export function createGuardian(options: GuardianOptions): Guardian {
  const { logger, graceMs = 2000 } = options;
  const groups = new Set<number>();
  const folders = new Set<string>();
  let disposed = false;
  let restarts = 0;
  let child = start();

  function start(): ChildProcess {
    const turns = String(Math.max(1, Math.round(graceMs / 100)));
    const started = spawn('/bin/sh', ['-c', script, 'sluice-guardian', turns], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      // Nothing of ours: the shell needs only to find sleep and rm.
      env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin' },
    });
    // It must not keep us alive; that is the point of it.
    started.unref();
    if (started.stdin && 'unref' in started.stdin && typeof started.stdin.unref === 'function') {
      started.stdin.unref();
    }
    started.stdin?.on('error', () => {
      // It has died; `exit` deals with that.
    });
    started.once('error', (error) => logger.error({ event: 'guardian-failed', error }));
    started.once('exit', () => {
      if (disposed || started !== child) return;
      restarts += 1;
      if (restarts > maxRestarts) {
        logger.error({ event: 'guardian-lost', restarts: maxRestarts, protected: [...groups] });
        return;
      }
      logger.warn({ event: 'guardian-restarted', restarts });
      child = start();
    });
    for (const folder of folders) started.stdin?.write(`folder ${folder}\n`);
    for (const group of groups) started.stdin?.write(`add ${group}\n`);
    return started;
  }

  return {
    add: (processGroup) => {
      if (!Number.isInteger(processGroup) || processGroup <= 1) {
        throw new AppError('invalid-argument', `expected a process group above 1, received ${processGroup}`);
      }
      groups.add(processGroup);
      child.stdin?.write(`add ${processGroup}\n`);
    },
    remove: (processGroup) => {
      if (groups.delete(processGroup)) child.stdin?.write(`remove ${processGroup}\n`);
    },
    addSocketFolder: (path) => {
      if (!isAbsolute(path) || /[\n\r]/.test(path)) {
        throw new AppError(
          'invalid-argument',
          `expected an absolute path without line breaks, received ${path}`,
        );
      }
      folders.add(path);
      child.stdin?.write(`folder ${path}\n`);
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        disposed = true;
        if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
          resolve();
          return;
        }
        child.ref();
        child.once('exit', () => resolve());
        child.stdin?.end();
      }),
  };
}
