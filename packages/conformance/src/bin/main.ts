#!/usr/bin/env node
import { writeFileSync } from 'node:fs'
import { makeAccounts } from '../accounts/make-accounts.js'
import { CHECKS } from '../checks/index.js'
import { lineOf, summaryOf } from '../report/human.js'
import { meet, Unreachable } from '../service/service.js'
import { runChecks } from '../suite/run.js'
import { select, UnknownCheck } from '../suite/select.js'
import { accountsFor } from './accounts-for.js'
import { HELP, readOptions, WrongUse } from './options.js'

const NEW_ACCOUNTS = 18
const NEW_DIRECTORY = 'conformance-accounts'
const FAILED = 1
const NOT_RUN = 2

async function main(args: string[]): Promise<number> {
  const options = readOptions(args, process.env)
  if (options.help) {
    print(HELP)
    return 0
  }
  if (options.makeAccounts !== undefined) {
    const made = { domain: options.makeAccounts, count: NEW_ACCOUNTS, directory: NEW_DIRECTORY }
    print(`${(await makeAccounts(made)).join('\n')}\nin ${NEW_DIRECTORY}`)
    return 0
  }
  const checks = select(CHECKS, options.only, options.except)
  if (options.list) {
    print(checks.map(({ id, contract, promise }) => `${id}\t${contract}\t${promise}`).join('\n'))
    return 0
  }
  const accounts = await accountsFor(options)
  const service = await meet(options.url!)
  const report = await runChecks(service, {
    accounts,
    checks,
    jobs: options.jobs,
    onResult: (result, done, all) => note(lineOf(result, done, all)),
  })
  note(summaryOf(report))
  if (options.json === '-') print(JSON.stringify(report, null, 2))
  else if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(report, null, 2))
  return report.failed === 0 && report.passed > 0 ? 0 : FAILED

  /** People read progress; where the report goes to standard output, beside it. */
  function note(line: string): void {
    if (options.json === '-') process.stderr.write(`${line}\n`)
    else print(line)
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const known =
    error instanceof WrongUse || error instanceof Unreachable || error instanceof UnknownCheck
  process.stderr.write(`${known ? error.message : (error as Error).stack}\n`)
  process.exitCode = NOT_RUN
}
