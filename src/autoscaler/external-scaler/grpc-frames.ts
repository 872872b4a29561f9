import { AppError } from '../../contract/app-error.ts';

/** gRPC status codes in use here. @see https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
export const grpcStatus = {
  ok: 0,
  invalidArgument: 3,
  notFound: 5,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;

const maxMessageBytes = 4 * 1024 * 1024;

/** One message as gRPC sends it: a byte for compression, four for the length, the message. */
export function frame(message: Uint8Array): Uint8Array {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/**
 * Cuts a stream of bytes into messages, however it was chunked.
 *
 * @returns a function that takes a piece and gives the messages it completed.
 * @throws AppError `too-large` above 4 MiB, `unsupported` when compressed.
 */
export function createFrameReader(): (piece: Uint8Array) => readonly Uint8Array[] {
  let rest: Buffer = Buffer.alloc(0);
  return (piece) => {
    rest = Buffer.concat([rest, piece]);
    const messages: Uint8Array[] = [];
    while (rest.length >= 5) {
      if (rest[0] !== 0)
        throw new AppError('unsupported', 'The gRPC message is compressed; none was asked for.');
      const length = rest.readUInt32BE(1);
      if (length > maxMessageBytes) {
        throw new AppError(
          'too-large',
          `The gRPC message has ${length} bytes; at most ${maxMessageBytes} are read.`,
        );
      }
      if (rest.length < 5 + length) break;
      messages.push(rest.subarray(5, 5 + length));
      rest = rest.subarray(5 + length);
    }
    return messages;
  };
}
