import { fileURLToPath } from 'node:url'

/** Where `npm run build:demo` puts the browser chat; the path holds for `src/config` and `dist/config`. */
export const chatDirectory = fileURLToPath(new URL('../../packages/demo/dist', import.meta.url))
