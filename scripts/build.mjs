// Builds dist/: one JavaScript bundle a process kind, split where the source imports lazily, and the page.
// Bundled because start-up time is the product: loading zod alone from its package costs 25 ms, bundled 8 ms.
import { build } from 'esbuild';
import { cpSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });

// An ESM import of node:http reads all its exports, one of which loads Node's whole fetch implementation: 25 ms and 18 MB
// that neither a gateway nor a replica needs. The same module without that facade costs nothing.
const builtinsWithoutFacade = {
  name: 'builtins-without-facade',
  setup(plugin) {
    plugin.onResolve({ filter: /^node:http$/ }, () => ({ path: 'node:http', namespace: 'facade' }));
    plugin.onLoad({ filter: /.*/, namespace: 'facade' }, () => ({
      contents: `const http = process.getBuiltinModule('node:http');
export const { Agent, createServer, request, get, METHODS, STATUS_CODES, IncomingMessage, ServerResponse, Server } = http;
export default http;`,
    }));
  },
};

const shared = {
  bundle: true,
  sourcemap: true,
  logLevel: 'warning',
  absWorkingDir: root,
  legalComments: 'linked',
};

await build({
  ...shared,
  entryPoints: {
    sluice: 'src/cli/main.ts',
    replica: 'src/rag/main.ts',
    worker: 'src/rag/worker.ts',
    'parse-thread': 'src/rag/ingestion/parse-thread.ts',
  },
  outdir: join(dist, 'node'),
  plugins: [builtinsWithoutFacade],
  platform: 'node',
  target: 'node24',
  format: 'esm',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  // The CommonJS build of yaml loses its named exports when it is imported lazily from a split bundle.
  alias: { yaml: join(root, 'node_modules', 'yaml', 'browser', 'index.js') },
  // Loaded from node_modules: it ships a native library beside its JavaScript.
  external: ['sqlite-vec'],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});

await build({
  ...shared,
  entryPoints: { page: 'web/main.tsx' },
  outdir: join(dist, 'web'),
  platform: 'browser',
  target: 'es2022',
  format: 'esm',
  minify: true,
  jsx: 'automatic',
  jsxImportSource: 'preact',
});
for (const file of ['index.html', 'style.css', 'icon.svg'])
  cpSync(join(root, 'web', file), join(dist, 'web', file));
