// Builds dist/: one JavaScript bundle a process kind, split where the source imports lazily, and the page.
// Bundled because start-up time is the product: loading zod alone from its package costs 25 ms, bundled 8 ms.
import { build } from 'esbuild';
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// Built beside and moved into place as a whole: what runs from dist/ meanwhile never finds half of it.
const finished = join(root, 'dist');
const dist = join(root, `.dist-${process.pid}`);
process.on('exit', () => rmSync(dist, { recursive: true, force: true }));

// An ESM import of a built-in module reads all its exports, and some load what nobody here needs: node:http the whole of
// fetch (25 ms, 18 MB), node:crypto WebCrypto, node:fs its promises and streams. Without that facade each costs nothing.
const builtinsWithoutFacade = {
  name: 'builtins-without-facade',
  setup(plugin) {
    plugin.onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'builtin' }));
    plugin.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}');`,
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

const forNode = {
  ...shared,
  outdir: join(dist, 'node'),
  plugins: [builtinsWithoutFacade],
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // The CommonJS build of yaml loses its named exports when it is imported lazily from a split bundle.
  alias: { yaml: join(root, 'node_modules', 'yaml', 'browser', 'index.js') },
  // Loaded from node_modules: it ships a native library beside its JavaScript.
  external: ['sqlite-vec'],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

await build({
  ...forNode,
  entryPoints: {
    sluice: 'src/cli/main.ts',
    worker: 'src/rag/worker.ts',
    'parse-thread': 'src/rag/ingestion/parse-thread.ts',
  },
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
});

// A replica is one file, so that its start resolves and reads one instead of twenty. What the source imports lazily is in it
// too, but neither evaluated nor, thanks to the compile cache, parsed before it is needed. The entry stays outside: it turns
// the cache on.
const replicaOutsideItsEntry = {
  name: 'replica-outside-its-entry',
  setup(plugin) {
    plugin.onResolve({ filter: /^\.\/run-replica\.ts$/ }, () => ({
      path: './run-replica.js',
      external: true,
    }));
  },
};
await build({
  ...forNode,
  entryPoints: { replica: 'src/rag/main.ts' },
  plugins: [replicaOutsideItsEntry, builtinsWithoutFacade],
});
await build({ ...forNode, entryPoints: { 'run-replica': 'src/rag/run-replica.ts' } });

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

const previous = join(root, `.dist-${process.pid}-previous`);
if (existsSync(finished)) renameSync(finished, previous);
renameSync(dist, finished);
rmSync(previous, { recursive: true, force: true });
