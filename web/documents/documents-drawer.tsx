import { useEffect, useRef } from 'preact/hooks';
import { sentenceOf } from '../api/sentence-of.ts';
import { useMessages } from '../language/language-context.ts';
import { DocumentRow } from './document-row.tsx';
import { UploadRow } from './upload-row.tsx';
import type { Documents } from './use-documents.ts';

interface DocumentsDrawerProps {
  readonly documents: Documents;
  readonly onClose: () => void;
}

/** What can be asked about: the list of documents, and the way to add and delete some. */
export function DocumentsDrawer({ documents, onClose }: DocumentsDrawerProps) {
  const messages = useMessages();
  const dialog = useRef<HTMLDialogElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const { list, uploads, error } = documents;
  // The dialog keeps the focus within itself, closes on Escape and gives the focus back: all by the browser.
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="drawer"
      aria-labelledby="documents-title"
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) event.currentTarget.close();
      }}
    >
      <div class="drawer-inside">
        <header class="panel-head">
          <h2 id="documents-title">{messages.documents}</h2>
          <button
            type="button"
            class="icon-button"
            aria-label={messages.close}
            onClick={() => dialog.current?.close()}
          >
            <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
              <path d="M3.5 3.5l9 9m0-9l-9 9" />
            </svg>
          </button>
        </header>
        <div class="drawer-add">
          <p>{messages.documentsText}</p>
          <button type="button" class="button button-main" onClick={() => picker.current?.click()}>
            {messages.chooseFiles}
          </button>
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            onChange={({ currentTarget }) => {
              void documents.add([...(currentTarget.files ?? [])]);
              currentTarget.value = '';
            }}
          />
        </div>
        {error !== null && (
          <p class="problem" role="alert">
            {sentenceOf(error, messages)}
          </p>
        )}
        {list === null && error === null && <p class="quiet">{messages.loading}</p>}
        {list?.length === 0 && uploads.length === 0 && <p class="quiet">{messages.noDocuments}</p>}
        <ul class="documents">
          {uploads.map((upload) => (
            <UploadRow key={upload.key} upload={upload} onDismiss={() => documents.dismiss(upload.key)} />
          ))}
          {list?.map((document) => (
            <DocumentRow
              key={document.id}
              document={document}
              onRemove={() => void documents.remove(document.id)}
            />
          ))}
        </ul>
      </div>
    </dialog>
  );
}
