import { terminalLine } from '../platform/logger.ts';

/** Writes a line of a log to stderr: JSON for a collector, shortened for a person at a terminal. */
export function writeLog(line: string): void {
  process.stderr.write(process.stderr.isTTY ? terminalLine(line) : line);
}
