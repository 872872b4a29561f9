import type { HttpRequest } from '../../platform/http-message.ts';
import type * as z from 'zod';
import { AppError } from '../../contract/app-error.ts';

/** Bytes of a JSON body at most: 1 MiB. */
const maxBodyBytes = 1_048_576;

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`))
    .join('');
}

function received(value: unknown, path: readonly PropertyKey[]): string {
  const found = path.reduce<unknown>(
    (below, key) => (typeof below === 'object' && below !== null ? Reflect.get(below, key) : undefined),
    value,
  );
  if (found === undefined) return 'nothing';
  const text = JSON.stringify(found);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

async function readBytes(request: HttpRequest): Promise<string> {
  const tooLarge = (): AppError =>
    new AppError(
      'too-large',
      `The body is larger than ${maxBodyBytes} bytes, which is the most a JSON request may have.`,
    );
  if (Number(request.headers.get('content-length') ?? 0) > maxBodyBytes) throw tooLarge();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let size = 0;
  try {
    for await (const piece of request.body ?? []) {
      size += piece.byteLength;
      if (size > maxBodyBytes) throw tooLarge();
      text += decoder.decode(piece, { stream: true });
    }
    return text + decoder.decode();
  } catch (cause) {
    if (cause instanceof TypeError)
      throw new AppError('invalid-argument', 'The body is not valid UTF-8.', { cause });
    throw cause;
  }
}

/** A value as its schema has it. @throws AppError `invalid-argument` naming the field, what was expected and what came. */
export function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  if (issue?.code === 'unrecognized_keys') {
    const key = pathText([...issue.path, issue.keys[0] ?? '']);
    throw new AppError('invalid-argument', `${key} is no field of this request. Leave it out.`, {
      param: key,
    });
  }
  const path = issue?.path ?? [];
  const param = pathText(path);
  throw new AppError(
    'invalid-argument',
    `${param === '' ? 'The body' : param}: ${(issue?.message ?? 'invalid').replace(/^Invalid input: /u, '').replace(/, received .*$/u, '')}; received ${received(value, path)}.`,
    param === '' ? {} : { param },
  );
}

/**
 * The JSON body of a request; `{}` when it has none.
 *
 * @throws AppError `invalid-argument` when it is no JSON, `too-large` beyond 1 MiB, `unsupported-media` for another type.
 */
export async function readJson(request: HttpRequest): Promise<unknown> {
  const type = request.headers.get('content-type');
  if (type !== null && !/^(?:application\/(?:[\w.+-]+\+)?json|text\/plain)\b/iu.test(type))
    throw new AppError('unsupported-media', `Expected content-type application/json, received ${type}.`);
  const text = await readBytes(request);
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'it cannot be parsed';
    throw new AppError('invalid-argument', `The body is not valid JSON: ${reason}`, { cause });
  }
}
