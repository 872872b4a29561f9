import { plainText } from './plain-text.ts';

/** Where a bar is drawn: a terminal, or nowhere. */
export interface ProgressOutput {
  readonly isTerminal: boolean;
  readonly columns: number;
  write(text: string): void;
}

export interface ProgressBar {
  /** @param done finished steps of `total`, a part of one included. @param label what is being worked on. */
  update(done: number, total: number, label: string): void;
  /** Takes the bar off the screen, so that what is printed next stands alone. */
  clear(): void;
}

/** One line of the bar, cut to `columns`. */
export function barLine(done: number, total: number, label: string, columns: number): string {
  const ratio = total === 0 ? 1 : Math.min(1, done / total);
  const width = Math.max(10, Math.min(30, columns - 40));
  const filled = Math.round(ratio * width);
  const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
  const line = `${bar} ${String(Math.floor(ratio * 100)).padStart(3)}% ${Math.floor(done)}/${total} ${plainText(label.replaceAll(/\s/gu, ' '))}`;
  return line.length > columns ? `${line.slice(0, Math.max(0, columns - 1))}…` : line;
}

/** Draws on a terminal, at most once a changed line; silent elsewhere. */
export function createProgressBar(output: ProgressOutput): ProgressBar {
  let drawn = '';
  return {
    update: (done, total, label) => {
      if (!output.isTerminal) return;
      const line = barLine(done, total, label, output.columns);
      if (line === drawn) return;
      drawn = line;
      output.write(`\r\u001B[2K${line}`);
    },
    clear: () => {
      if (drawn !== '') output.write('\r\u001B[2K');
      drawn = '';
    },
  };
}

/** The terminal of this process, on stderr, so that piped output stays clean. */
export function terminalOutput(): ProgressOutput {
  return {
    isTerminal: process.stderr.isTTY,
    // Some pseudo-terminals say 0.
    columns: process.stderr.columns || 80,
    write: (text) => {
      process.stderr.write(text);
    },
  };
}
