import { AppError } from '../../contract/app-error.ts';

/** Longest source name, in UTF-8 bytes: what common file systems allow for a whole path is four times that. */
export const maxSourceBytes = 1024;
const maxSegmentBytes = 255;

const shown = (raw: string): string => JSON.stringify(raw.length > 80 ? `${raw.slice(0, 80)}…` : raw);

function refuse(raw: string, why: string): never {
  throw new AppError(
    'invalid-argument',
    `The document name ${shown(raw)} ${why}. Give a relative name such as "handbook/leave.md".`,
    { param: 'source' },
  );
}

/**
 * The name a document is known by: relative, `/` separated, Unicode NFC, without `.` segments.
 * It never becomes a path of the file system; it is checked all the same, because others may use it as one.
 *
 * @throws AppError `invalid-argument` for absolute names, `..`, backslashes, control characters, empty or overlong names.
 */
export function normalizeSource(raw: string): string {
  if (!raw.isWellFormed()) refuse(raw, 'is not valid Unicode');
  // oxlint-disable-next-line no-control-regex -- finding control characters is the point
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(raw))
    refuse(raw, 'holds control characters');
  if (raw.includes('\\')) refuse(raw, 'holds a backslash, where folders are separated by "/"');
  if (raw.startsWith('/') || /^[a-z]:/iu.test(raw)) refuse(raw, 'is absolute');
  const segments = raw
    .normalize('NFC')
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) refuse(raw, 'leaves its folder with ".."');
  const name = segments.join('/').trim();
  if (name === '') refuse(raw, 'is empty');
  if (Buffer.byteLength(name) > maxSourceBytes)
    refuse(raw, `is ${Buffer.byteLength(name)} bytes long, ${maxSourceBytes} are allowed`);
  if (segments.some((segment) => Buffer.byteLength(segment) > maxSegmentBytes))
    refuse(raw, `has a part longer than ${maxSegmentBytes} bytes`);
  return name;
}

/**
 * A collection's name, as given in a request.
 *
 * @throws AppError `invalid-argument` unless it is 1 to 128 letters, digits, `.`, `_`, `-` of any script.
 */
export function checkCollection(raw: string): string {
  const name = raw.normalize('NFC');
  if (/^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}._-]{0,127}$/u.test(name)) return name;
  throw new AppError(
    'invalid-argument',
    `A collection's name is 1 to 128 letters, digits, ".", "_" or "-" and starts with a letter or digit; received ${shown(raw)}.`,
    { param: 'collection' },
  );
}
