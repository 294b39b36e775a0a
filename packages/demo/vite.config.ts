import { resolve } from 'node:path'
import { defineConfig } from 'vite'
import { staticSite } from './site.ts'

const CLIENT = resolve(import.meta.dirname, '../client/src')

/** Static files with relative addresses: they work at any path of any server. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [staticSite(process.env)],
  resolve: {
    alias: [
      { find: /^@catbird\/mls-client$/, replacement: `${CLIENT}/index.ts` },
      {
        find: /^@catbird\/mls-client\/indexed-db$/,
        replacement: `${CLIENT}/store/indexed-db.ts`,
      },
    ],
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2023',
    // Nothing inline: the page's policy allows files of its own origin only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
  },
})
