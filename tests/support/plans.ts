import { CompiledQuery, type KyselyPlugin, type RootOperationNode } from 'kysely'
import type { Db } from '../../src/db/types.js'

/** `db`, and every statement that went through it, so that the database can be asked how it runs them. */
export function rememberingStatements(db: Db): { db: Db; statements: CompiledQuery[] } {
  const statements: CompiledQuery[] = []
  const plugin: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      statements.push(db.getExecutor().compileQuery(node as RootOperationNode, queryId))
      return node
    },
    transformResult: async ({ result }) => result,
  }
  return { db: db.withPlugin(plugin), statements }
}

/** The tables that a statement reads from one end to the other, by the plan for its very parameters. */
export async function scannedTables(db: Db, { sql, parameters }: CompiledQuery): Promise<string[]> {
  const explain = CompiledQuery.raw(`explain ${sql}`, [...parameters])
  const { rows } = await db.executeQuery<Record<'QUERY PLAN', string>>(explain)
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
  return [...plan.matchAll(/Seq Scan on (\w+)/g)].map(([, table]) => table!)
}
