import { execFileSync } from 'node:child_process'
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The insertion of one entry into the log, without any check, head or event. */
export function bareInsert(messageBytes: number, seq: string, convoId: string): string {
  return `insert into messages (convo_id, seq, kind, generation, epoch, message_id, ciphertext,
    content_hash, previous_hash, hash, application_count)
    select ${convoId}, ${seq}, 1, 0, 0, gen_random_uuid()::text, decode(repeat('ab', ${messageBytes}), 'hex'),
    decode(repeat('ab', 32), 'hex'), decode(repeat('ab', 32), 'hex'), decode(repeat('ab', 32), 'hex'), 1`
}

/** Transactions per second of PostgreSQL's own benchmark with that statement, prepared. */
export function measurePgbench(url: string, statement: string, load: PgbenchLoad): number {
  const directory = mkdtempSync(join(tmpdir(), 'pgbench-'))
  try {
    const script = join(directory, 'insert.sql')
    const oneLine = statement.replaceAll(/\s+/g, ' ')
    writeFileSync(script, `\\set c random(0, ${load.convos - 1})\n${oneLine};\n`)
    const output = execFileSync(
      program(),
      ['-n', '-M', 'prepared', '-c', `${load.connections}`, '-j', '1'].concat([
        '-T',
        `${load.seconds}`,
        '-f',
        script,
        url,
      ]),
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
    )
    return Number(/tps = ([\d.]+)/.exec(output)![1])
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function program(): string {
  const found = globSync('/usr/lib/postgresql/*/bin/pgbench').sort().at(-1)
  return found ?? 'pgbench'
}

export interface PgbenchLoad {
  connections: number
  convos: number
  seconds: number
}
