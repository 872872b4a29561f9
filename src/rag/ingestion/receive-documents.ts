import type { HttpRequest } from '../../platform/http-message.ts';
import { AppError } from '../../contract/app-error.ts';
import type { DocumentView } from '../../contract/document.ts';
import { tooManyBytes, type BlobStore, type StagedBlob } from './blob-store.ts';
import { guessMediaType } from './choose-parser.ts';
import type { DocumentCatalogue, SubmitOutcome } from './document-catalogue.ts';
import { multipartBoundary, readMultipart } from './read-multipart.ts';
import { checkCollection, normalizeSource } from './source-name.ts';

export interface ReceiveServices {
  readonly catalogue: DocumentCatalogue;
  readonly blobs: BlobStore;
  readonly maxDocumentBytes: number;
  /** For uploads that name no collection. */
  readonly defaultCollection: string;
}

/** A document as an upload's answer shows it. */
export type ReceivedDocument = DocumentView & { readonly outcome: SubmitOutcome };

interface Arrived {
  readonly source: string;
  readonly staged: StagedBlob;
}

interface Upload {
  readonly files: Arrived[];
  collection: string | null;
}

const maxFieldBytes = 8_192;

async function readField(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.byteLength;
    if (bytes > maxFieldBytes)
      throw new AppError('invalid-argument', `A form field is longer than ${maxFieldBytes} bytes.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

async function readForm(
  { blobs, maxDocumentBytes }: ReceiveServices,
  body: AsyncIterable<Uint8Array>,
  boundary: string,
  upload: Upload,
): Promise<void> {
  for await (const part of readMultipart(body, boundary)) {
    if (part.fileName !== null) {
      const source = normalizeSource(part.fileName);
      upload.files.push({ source, staged: await blobs.stage(source, part.body, maxDocumentBytes) });
    } else if (part.name === 'collection') upload.collection = checkCollection(await readField(part.body));
  }
  if (upload.files.length === 0)
    throw new AppError(
      'invalid-argument',
      'The form holds no file. Send at least one part with a file name, for example curl -F file=@handbook.pdf.',
      { param: 'file' },
    );
}

async function readRaw(
  { blobs, maxDocumentBytes }: ReceiveServices,
  request: HttpRequest,
  body: AsyncIterable<Uint8Array>,
  rawSource: string | null,
  upload: Upload,
): Promise<void> {
  if (rawSource === null)
    throw new AppError(
      'invalid-argument',
      'The document has no name. Send a multipart/form-data body, or name it: POST /v1/documents?source=handbook.pdf.',
      { param: 'source' },
    );
  const source = normalizeSource(rawSource);
  // What says beforehand that it is too large need not be sent.
  if (Number(request.headers.get('content-length') ?? 0) > maxDocumentBytes)
    throw tooManyBytes(source, maxDocumentBytes);
  upload.files.push({ source, staged: await blobs.stage(source, body, maxDocumentBytes) });
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/**
 * Takes an upload in: bytes to disk, then each document and its job into the catalogue. A document that is answered for
 * is safe; a request that fails has left nothing behind.
 *
 * @throws AppError `invalid-argument` for bad names and forms, `too-large` as soon as a file passes the limit.
 */
export async function receiveDocuments(
  services: ReceiveServices,
  tenant: string,
  request: HttpRequest,
  query: URLSearchParams,
): Promise<readonly ReceivedDocument[]> {
  const named = query.get('collection');
  const upload: Upload = { files: [], collection: named === null ? null : checkCollection(named) };
  const body: AsyncIterable<Uint8Array> = request.body ?? nothing();
  try {
    const boundary = multipartBoundary(request.headers.get('content-type'));
    if (boundary === null) await readRaw(services, request, body, query.get('source'), upload);
    else await readForm(services, body, boundary, upload);
    const received: ReceivedDocument[] = [];
    for (const { source, staged } of upload.files) {
      const { document, outcome } = await services.catalogue.submit(
        {
          tenant,
          collection: upload.collection ?? services.defaultCollection,
          source,
          mediaType: guessMediaType(source),
          version: staged.version,
          bytes: staged.bytes,
          origin: null,
        },
        () => staged.place(),
      );
      received.push({ ...document, outcome });
    }
    return received;
  } finally {
    for (const { staged } of upload.files) await staged.discard();
  }
}
