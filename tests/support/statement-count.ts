import type { KyselyPlugin } from 'kysely'
import type { Db } from '../../src/db/types.js'

/** `db`, and how many statements went through it. */
export function countingStatements(db: Db): { db: Db; count(): number } {
  let statements = 0
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      statements += 1
      return node
    },
    transformResult: async ({ result }) => result,
  }
  return { db: db.withPlugin(plugin), count: () => statements }
}
