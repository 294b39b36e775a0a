#!/usr/bin/env node
import { MlsClientError } from '../../errors.js'
import { COMMANDS, USAGE } from './commands.js'
import { Printer } from './printer.js'
import { readSettings, SettingError } from './settings.js'
import { openChat } from './open-chat.js'

/** One command, or what is typed while one follows; exit code 1 if it failed. */
async function main(argv: string[]): Promise<void> {
  const json = argv.includes('--json')
  const [name = 'help', ...args] = argv.filter((word) => word !== '--json')
  const printer = new Printer(json, process.stdout)
  const command = COMMANDS[name]
  if (command === undefined) {
    console.error(USAGE)
    process.exitCode = name === 'help' ? 0 : 1
    return
  }
  try {
    await using client = await openChat(readSettings(process.env))
    await command(client, args, printer)
  } catch (error) {
    if (!(error instanceof MlsClientError) && !(error instanceof SettingError)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}

await main(process.argv.slice(2))
