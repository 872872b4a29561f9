import { sentenceOf } from '../api/sentence-of.ts';
import { formatBytes } from '../language/format.ts';
import { useMessages } from '../language/language-context.ts';
import type { Upload } from './use-documents.ts';

interface UploadRowProps {
  readonly upload: Upload;
  readonly onDismiss: () => void;
}

/** A file on its way to the server, or the reason why it was refused. */
export function UploadRow({ upload, onDismiss }: UploadRowProps) {
  const messages = useMessages();
  const failed = upload.error !== null;
  return (
    <li class="document" data-state={failed ? 'failed' : 'ingesting'}>
      <span class="document-name">{upload.name}</span>
      <span class="document-state">{failed ? messages.documentState.failed : messages.uploading}</span>
      <span class="document-facts">{formatBytes(upload.bytes)}</span>
      {failed ? (
        <>
          <button type="button" class="link" onClick={onDismiss}>
            {messages.dismiss}
          </button>
          <p class="problem" role="alert">
            {sentenceOf(upload.error, messages)}
          </p>
        </>
      ) : (
        <progress max={1} value={upload.progressRatio} aria-label={`${messages.uploading} ${upload.name}`} />
      )}
    </li>
  );
}
