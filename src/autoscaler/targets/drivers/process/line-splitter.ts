import { StringDecoder } from 'node:string_decoder';

export interface LineSplitter {
  push(piece: Buffer): void;
  /** The output has ended: hands over a last line without a line end. */
  end(): void;
}

/**
 * Bytes into lines, bounded: a longer line is cut, its rest dropped, and its end says so.
 *
 * @param maxLength characters a line may have.
 */
export function createLineSplitter(maxLength: number, onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let pending = '';
  let cut = false;
  const flush = (): void => {
    onLine(cut ? `${pending} … (line cut)` : pending.replace(/\r$/, ''));
    pending = '';
    cut = false;
  };
  const take = (text: string): void => {
    if (cut) return;
    pending += text;
    if (pending.length <= maxLength) return;
    pending = pending.slice(0, maxLength);
    cut = true;
  };
  return {
    push: (piece) => {
      const parts = decoder.write(piece).split('\n');
      for (const [index, part] of parts.entries()) {
        if (index > 0) flush();
        take(part);
      }
    },
    end: () => {
      take(decoder.end());
      if (pending !== '') flush();
    },
  };
}
