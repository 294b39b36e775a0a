const NEWLINE = 0x0a
const COPY = /^COPY (?:(?:"[^"]+"|[\w$]+)\.)?"?([^" ]+)"? \(.*\) FROM stdin;$/
const END = '\\.'
/** Of a line that is looked at; what a row holds is of no interest here. */
const LINE_CHARS = 4_096
const MIGRATIONS = 'kysely_migration'

/**
 * Counts the rows that a script of `pg_restore` copies into each table, as it comes, and reads which
 * migrations are among them.
 */
export class CopiedRows {
  readonly counts = new Map<string, number>()
  readonly migrations: string[] = []
  #table: string | undefined
  #begun = ''

  take(chunk: Buffer): void {
    let start = 0
    for (let end; (end = chunk.indexOf(NEWLINE, start)) !== -1; start = end + 1) {
      this.#line(this.#begin(chunk.subarray(start, end)))
      this.#begun = ''
    }
    this.#begun = this.#begin(chunk.subarray(start))
  }

  #begin(part: Buffer): string {
    const room = LINE_CHARS - this.#begun.length
    return room > 0 ? this.#begun + part.subarray(0, room).toString('latin1') : this.#begun
  }

  #line(line: string): void {
    if (this.#table === undefined) {
      this.#table = COPY.exec(line)?.[1]
      if (this.#table !== undefined) this.counts.set(this.#table, 0)
    } else if (line === END) {
      this.#table = undefined
    } else {
      this.counts.set(this.#table, this.counts.get(this.#table)! + 1)
      if (this.#table === MIGRATIONS) this.migrations.push(line.split('\t')[0]!)
    }
  }
}
