import { AppError } from '../../contract/app-error.ts';
import { ChatCompletion, ChatCompletionChunk, type AnswerDetails } from '../../contract/chat.ts';
import { readSse } from '../../rag/generation/sse.ts';
import { exitCodes } from '../exit-codes.ts';
import type { ApiResponse } from '../api-client.ts';
import { hintWhenEmpty } from '../hint-when-empty.ts';
import { openApi } from '../open-api.ts';
import { plainText } from '../plain-text.ts';
import { sourcesText } from '../print-answer.ts';
import type { ConfigFlags } from '../read-config.ts';

export interface AskFlags extends ConfigFlags {
  readonly collection: string;
  readonly conversation?: string;
  readonly url?: string;
  readonly json?: boolean;
}

/** `sluice ask`: the answer streams, its citations follow as file:page. */
export async function ask(question: string, flags: AskFlags): Promise<void> {
  await using api = await openApi(flags);
  const response = await api.request('/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      messages: [{ role: 'user', content: question }],
      stream: !flags.json,
      collection: flags.collection,
      ...(flags.conversation === undefined ? {} : { conversation_id: flags.conversation }),
    }),
  });
  const details = flags.json ? await printJson(response) : await printStream(response);
  if (details.grounded) return;
  process.exitCode = exitCodes.nothingFound;
  await hintWhenEmpty(api, flags.collection);
}

async function printJson(response: ApiResponse): Promise<AnswerDetails> {
  const { choices, sluice } = ChatCompletion.parse(await response.json());
  console.log(JSON.stringify({ answer: choices[0]?.message.content ?? '', ...sluice }));
  return sluice;
}

async function printStream(response: ApiResponse): Promise<AnswerDetails> {
  let details: AnswerDetails | undefined;
  for await (const chunk of chunksOf(response)) {
    process.stdout.write(plainText(chunk.choices[0]?.delta.content ?? ''));
    details = chunk.sluice?.details ?? details;
  }
  if (!details) {
    throw new AppError(
      'upstream-failed',
      'The answer broke off before its end. Ask again, or see the log of the replica.',
    );
  }
  process.stdout.write(plainText(`\n${sourcesText(details)}`));
  return details;
}

async function* chunksOf(response: ApiResponse): AsyncGenerator<ChatCompletionChunk> {
  for await (const { data } of readSse(response.body)) {
    if (data === '[DONE]') return;
    const value: unknown = JSON.parse(data);
    if (typeof value === 'object' && value !== null && 'error' in value) throw streamedError(value.error);
    yield ChatCompletionChunk.parse(value);
  }
}

function streamedError(error: unknown): AppError {
  const message =
    typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : 'unknown';
  return new AppError('upstream-failed', message);
}
