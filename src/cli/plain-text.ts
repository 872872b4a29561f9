/**
 * Text of documents, models and file names as it may be written to a terminal: control characters, which could clear the
 * screen, rename the window or hide words, become U+FFFD; line ends and tabs stay. Character by character, so that a
 * stream may be cleaned piece by piece.
 */
export function plainText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- finding control characters is the point
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}
