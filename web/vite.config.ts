import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin, Rollup } from 'vite';
import { defineConfig } from 'vitest/config';

/** Where the Python package has the built files: they are committed, so that nobody needs node to run the gateway. CI builds elsewhere. */
const BUILT = process.env.BUILT ?? join(import.meta.dirname, '..', 'adapters', 'page', 'built');
const PAGES = join(import.meta.dirname, 'src', 'pages');
/** Files worth a coding, and bytes from which on they are. */
const TEXT = /\.(js|css|svg|json|wasm)$/;
const LEAST = 1400;

/** Writes each file a second and a third time, as small as it goes: no request compresses anything. */
const packed: Plugin = {
  name: 'packed',
  apply: 'build',
  closeBundle() {
    const files = ['assets', 'aladin'].flatMap((folder) =>
      readdirSync(join(BUILT, folder)).map((name) => join(BUILT, folder, name)),
    );
    for (const file of files.filter((each) => TEXT.test(each))) {
      const content = readFileSync(file);
      if (content.length < LEAST) continue;
      writeFileSync(`${file}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
      writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
    }
    rmSync(join(BUILT, '.vite'), { recursive: true, force: true });
  },
};

/** A chunk and all that it imports, itself or by others, but for what it loads later. */
function reached(name: string, bundle: Rollup.OutputBundle, found = new Set<Rollup.OutputChunk>()) {
  const chunk = bundle[name];
  if (chunk?.type !== 'chunk' || found.has(chunk)) return found;
  found.add(chunk);
  for (const imported of chunk.imports) reached(imported, bundle, found);
  return found;
}

/** Each module in `pages/` is what a page loads: `pages.json` says which files that are. */
const listed: Plugin = {
  name: 'listed',
  apply: 'build',
  enforce: 'post', // Vite first gives the style sheets of modules that have nothing else to those that import them
  generateBundle(_options, bundle) {
    const pages: Record<string, { script: string; styles: string[]; imports: string[] }> = {};
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk' || !chunk.isEntry) continue;
      const needed = [...reached(chunk.fileName, bundle)];
      const styles = needed.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]);
      const imports = needed.map(({ fileName }) => fileName).filter((name) => name !== chunk.fileName);
      pages[chunk.name] = { script: chunk.fileName, styles: [...new Set(styles)], imports };
    }
    const sorted = Object.fromEntries(Object.entries(pages).sort(([one], [other]) => (one < other ? -1 : 1)));
    const documents = readFileSync(join(import.meta.dirname, 'documents.json'));
    this.emitFile({ type: 'asset', fileName: 'documents.json', source: documents });
    this.emitFile({ type: 'asset', fileName: 'pages.json', source: `${JSON.stringify(sorted, null, 1)}\n` });
  },
};

/** Aladin Lite as CDS has made it, a file of its own beside its licence (GPL-3): no part of our scripts. */
const ALADIN = join(import.meta.dirname, 'node_modules', 'aladin-lite');
const { version } = JSON.parse(readFileSync(join(ALADIN, 'package.json'), 'utf8'));
const aladin: Plugin = {
  name: 'aladin',
  apply: 'build',
  generateBundle() {
    const file = (fileName: string, from: string) =>
      this.emitFile({ type: 'asset', fileName: `aladin/${fileName}`, source: readFileSync(join(ALADIN, from)) });
    file(`aladin-lite-${version}.js`, 'dist/aladin.js');
    file('COPYING', 'COPYING');
  },
};

/** Fonts that GraphiQL's style sheet carries in itself, 390 kB of text: the reader's own do. */
const withoutFonts: Plugin = {
  name: 'without-fonts',
  enforce: 'pre',
  transform: (code, id) => (/graphiql.*\.css$/.test(id) ? code.replace(/@font-face\s*\{[^}]*\}/g, '') : null),
};

/** What GraphiQL asks of React, Preact does. */
const REACT = [
  { find: /^react-dom\/client$/, replacement: 'preact/compat/client' },
  { find: /^react(-dom)?$/, replacement: 'preact/compat' },
  { find: /^react\/jsx-runtime$/, replacement: 'preact/jsx-runtime' },
  { find: /^react-style-singleton$/, replacement: join(import.meta.dirname, 'src', 'graphiql', 'no_styles.ts') },
];

export default defineConfig({
  logLevel: 'warn',
  define: { ALADIN: JSON.stringify(`/web/aladin/aladin-lite-${version}.js`) },
  base: '/web/',
  publicDir: false,
  resolve: { alias: REACT },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: BUILT,
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: false,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700, // kB, of GraphiQL's editor
    rollupOptions: {
      // Directives for servers of React, which are of no meaning here.
      onwarn: (warning, warn) => {
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
      input: Object.fromEntries(readdirSync(PAGES).map((file) => [file.replace(/\.tsx?$/, ''), join(PAGES, file)])),
    },
  },
  plugins: [withoutFonts, listed, aladin, packed],
  test: { environment: 'happy-dom', include: ['tests/**/*.test.{ts,tsx}'] },
});
