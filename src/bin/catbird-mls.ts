#!/usr/bin/env node
import { provideForOlderNode } from './older-node.js'
import { requireNode } from './require-node.js'

requireNode()
provideForOlderNode()
// Only then: what comes next may use what an older Node does not know.
const { runCommand } = await import('./commands.js')
await runCommand(process.argv)
