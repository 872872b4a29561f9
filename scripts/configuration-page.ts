import { writeFileSync } from 'node:fs';
import * as z from 'zod';
import { configKeys, type ConfigKey } from '../src/platform/config.ts';

// Writes docs/configuration.md from the schema: node scripts/configuration-page.ts
const head = `# Configuration

From \`sluice.yaml\` in the working directory (or \`--config FILE\`, \`SLUICE_CONFIG\`), then environment variables, then
flags: the later wins. An unknown key or a value out of its range stops the start with a sentence naming it.
Lists are written as JSON or separated by commas in a variable; \`null\` is written \`null\`.

This page is made from \`src/contract/config.ts\`; a test keeps the two in step.

| key | variable | values | default | meaning |
| --- | --- | --- | --- | --- |
`;

interface Described {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly Described[];
  readonly default?: unknown;
}

function values(schema: Described): string {
  if (schema.anyOf) return schema.anyOf.map(values).join(' or ');
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.minimum !== undefined) return `${schema.type} ${schema.minimum} to ${schema.maximum}`;
  return schema.type === 'array' ? 'list' : (schema.type ?? 'text');
}

function row({ path, variable, schema }: ConfigKey): string {
  const described = z.toJSONSchema(schema, { io: 'input' }) as Described;
  const cells = [
    `\`${path.join('.')}\``,
    `\`${variable}\``,
    values(described),
    `\`${JSON.stringify(described.default)}\``,
    schema.description ?? '',
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
}

/** The whole page. */
export function configurationPage(): string {
  return head + configKeys().map(row).join('');
}

if (import.meta.main)
  writeFileSync(new URL('../docs/configuration.md', import.meta.url), configurationPage());
