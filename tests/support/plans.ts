import { CompiledQuery, type KyselyPlugin, type RootOperationNode } from 'kysely'
import type { Db, Queryable } from '../../src/db/types.js'

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
  return scannedBy(await explain(db, CompiledQuery.raw(`explain ${sql}`, [...parameters])))
}

/** The same by the plan that does for all parameters, which a server keeps of a prepared statement. */
export async function scannedForAll(db: Db, { sql, parameters }: CompiledQuery): Promise<string[]> {
  const values = parameters.map(() => 'null').join(', ')
  return db.transaction().execute(async (tx) => {
    const run = (text: string) => tx.executeQuery(CompiledQuery.raw(text))
    await run('set local plan_cache_mode = force_generic_plan')
    await run(`prepare explained as ${sql}`)
    const execute = values ? `execute explained (${values})` : 'execute explained'
    const scanned = scannedBy(await explain(tx, CompiledQuery.raw(`explain ${execute}`)))
    await run('deallocate explained')
    return scanned
  })
}

async function explain(db: Queryable, statement: CompiledQuery): Promise<string> {
  const { rows } = await db.executeQuery<Record<'QUERY PLAN', string>>(statement)
  return rows.map((row) => row['QUERY PLAN']).join('\n')
}

function scannedBy(plan: string): string[] {
  return [...plan.matchAll(/Seq Scan on (\w+)/g)].map(([, table]) => table!)
}
