// Regenerates the PDF and DOCX files of examples/documents from scripts/examples/sources/*.md.
// Run: node scripts/examples/make-documents.ts   (PDF needs chromium, fonts-liberation and fonts-droid-fallback: TrueType, so that subsets are small)
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import MarkdownIt from 'markdown-it';
import { toDocx } from './to-docx.ts';

const here = dirname(fileURLToPath(import.meta.url));
const documents = join(here, '..', '..', 'examples', 'documents');

const files = [
  { source: 'fees-2026.md', target: 'visitors/fees-2026.pdf', lang: 'en' },
  { source: 'annual-report-2025.md', target: 'board/annual-report-2025.pdf', lang: 'en' },
  { source: '过闸规则.md', target: 'qingxi-canal/过闸规则.pdf', lang: 'zh-CN' },
  { source: 'staff-handbook.md', target: 'staff/staff-handbook.docx', lang: 'en' },
  { source: 'board-minutes-2025-11-12.md', target: 'board/board-minutes-2025-11-12.docx', lang: 'en' },
  { source: '值班与应急.md', target: 'qingxi-canal/值班与应急.docx', lang: 'zh-CN' },
] as const;

const printStyle = `
  @page { size: A4; margin: 22mm 20mm; }
  body { font: 10.5pt/1.55 'Liberation Sans', 'Droid Sans Fallback', sans-serif; color: #1c2b33; }
  h1 { font-size: 20pt; margin: 0 0 8mm; } h2 { font-size: 13pt; margin: 8mm 0 3mm; break-after: avoid; }
  table { border-collapse: collapse; width: 100%; margin: 3mm 0; break-inside: avoid; }
  th, td { border-bottom: 0.4pt solid #9db0b8; padding: 1.6mm 2mm; text-align: left; vertical-align: top; }
  :lang(zh) h1, :lang(zh) h2, :lang(zh) th, :lang(zh) strong { font-weight: 400; color: #0b5a70; }`;

function printPdf(markdown: string, lang: string, target: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-print-'));
  const title = /^# (.+)$/m.exec(markdown)?.[1] ?? '';
  const page = join(folder, 'page.html');
  writeFileSync(
    page,
    `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>${title}</title><style>${printStyle}</style></head><body>${new MarkdownIt().render(markdown)}</body></html>`,
  );
  const done = spawnSync(
    '/usr/bin/chromium',
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-pdf-header-footer',
      `--user-data-dir=${join(folder, 'profile')}`,
      `--print-to-pdf=${target}`,
      pathToFileURL(page).href,
    ],
    { encoding: 'utf8', timeout: 60_000 },
  );
  rmSync(folder, { recursive: true, force: true });
  if (done.status !== 0) throw new Error(`chromium could not print ${target}: ${done.stderr}`);
}

for (const { source, target, lang } of files) {
  const markdown = readFileSync(join(here, 'sources', source), 'utf8');
  const out = join(documents, target);
  if (target.endsWith('.pdf')) printPdf(markdown, lang, out);
  else writeFileSync(out, toDocx(markdown, lang));
  console.log(target);
}
