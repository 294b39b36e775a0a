import { fileURLToPath } from 'node:url'

/** Where `npm run build` puts the pages of the documentation: from sources and from compiled code alike. */
export const docsDirectory = fileURLToPath(new URL('../../dist/docs', import.meta.url))
