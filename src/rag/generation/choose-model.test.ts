import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SluiceConfig } from '../../contract/config.ts';
import { chooseModel } from './choose-model.ts';

const cases: readonly { name: string; model: object; env: Record<string, string>; want: object | null }[] = [
  { name: 'nothing configured', model: {}, env: {}, want: null },
  {
    name: 'an OpenAI key in the environment',
    model: {},
    env: { OPENAI_API_KEY: 'k' },
    want: { baseUrl: 'https://api.openai.com/v1', apiKey: 'k', name: null },
  },
  {
    name: 'a base URL in the environment',
    model: {},
    env: { OPENAI_BASE_URL: 'http://h/v1' },
    want: { baseUrl: 'http://h/v1', apiKey: null, name: null },
  },
  {
    name: 'a configured endpoint is not sent the key of the environment',
    model: { baseUrl: 'http://h/v1' },
    env: { OPENAI_API_KEY: 'k' },
    want: { baseUrl: 'http://h/v1', apiKey: null, name: null },
  },
  {
    name: 'none wins over the environment',
    model: { provider: 'none' },
    env: { OPENAI_API_KEY: 'k' },
    want: null,
  },
  {
    name: 'ollama when asked for',
    model: { provider: 'ollama', name: 'qwen3' },
    env: { OPENAI_API_KEY: 'k' },
    want: { baseUrl: 'http://127.0.0.1:11434/v1', apiKey: null, name: 'qwen3' },
  },
];
for (const { name, model, env, want } of cases) {
  test(`chooseModel: ${name}`, () => {
    assert.deepEqual(chooseModel(SluiceConfig.parse({ model }).model, env), want);
  });
}
