#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { FAULTS } from '../broken-proxy/faults/index.js'
import { startBrokenProxy } from '../broken-proxy/proxy.js'

const HELP = `Stands in front of a service and breaks its promises in one way, to see that the kit notices.

  mls-conformance-broken-proxy <url> [--fault <name>] [--port <n>]
  mls-conformance-broken-proxy --list`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    fault: { type: 'string' },
    port: { type: 'string' },
    list: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
})
const fault = FAULTS.find(({ name }) => name === values.fault)
const [target] = positionals
if (values.list === true) {
  say(
    FAULTS.map(({ name, does, caughtBy }) => `${name}\t${does}\t${caughtBy.join(', ')}`).join('\n'),
  )
} else if (values.help === true || target === undefined) {
  say(HELP)
} else if (values.fault !== undefined && fault === undefined) {
  process.stderr.write(`there is no fault “${values.fault}”; --list tells them\n`)
  process.exitCode = 2
} else {
  const proxy = await startBrokenProxy(target, fault, Number(values.port ?? 0))
  say(`${proxy.url} is ${target}, ${fault === undefined ? 'unchanged' : `but ${fault.does}`}`)
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => void proxy[Symbol.asyncDispose]())
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
