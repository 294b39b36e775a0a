import { Command } from 'commander'
import { BucketError } from '../blobs/s3-store.js'
import { ConfigError } from '../config/index.js'
import { BackupError } from '../db/backup/index.js'
import { NewerDatabaseError } from '../db/migrate.js'
import { ForwardError } from '../moderation/forward.js'
import { LockedError } from '../lib/lock-file.js'
import { ListenError } from '../server/server.js'
import { backup } from './backup.js'
import { checkLexicons } from './lexicons/check.js'
import { publishLexicons } from './lexicons/publish.js'
import { migrateCommand } from './migrate.js'
import { newIncarnation } from './new-incarnation.js'
import { forward, listReports, resolveReport, showReport } from './reports.js'
import { restore } from './restore.js'
import { serve } from './serve.js'
import { CommandError, token } from './token.js'

/** Runs one command line; a failure that an operator can mend is one line on standard error. */
export async function runCommand(argv: string[]): Promise<void> {
  try {
    await program().parseAsync(argv)
  } catch (error) {
    const line = lineForOperator(error)
    if (line === undefined) throw error
    console.error(line)
    process.exitCode = 1
  }
}

function program(): Command {
  const command = new Command('catbird-mls').description(
    'Delivery service for end-to-end encrypted group chat (MLS) on the AT Protocol. ' +
      'Settings come from environment variables; the README lists them.',
  )
  command
    .command('serve')
    .description('migrate the database and serve')
    .option('--workers <count>', 'so many processes on the same port', '1')
    .action(serve)
  command
    .command('migrate')
    .description("bring the database to this version's schema, and end")
    .action(migrateCommand)
  command
    .command('backup')
    .description('back up the database to a file, also while the service runs')
    .argument('[file]', 'a new file; by default one in ./backups, named by the time')
    .option('--logical', "the service's own format also of a PostgreSQL server, to move elsewhere")
    .action(backup)
  command
    .command('restore')
    .description('restore a backup into an empty database, while no service runs')
    .argument('<file>', 'what `backup` has made')
    .action(restore)
  command
    .command('new-incarnation')
    .description('after a restore by other means: tell clients that their cursors are outdated')
    .action(newIncarnation)
  command
    .command('token')
    .description('make a development token for one call, by the secret of the service here')
    .requiredOption('--did <did>', 'the account that calls')
    .requiredOption('--lxm <nsid>', 'the method that it calls')
    .option('--ttl <seconds>', 'how long it is good', '60')
    .action(token)
  const lexicons = command
    .command('lexicons')
    .description('the lexicons as records of an account, where others resolve them')
  lexicons
    .command('publish')
    .description('write what is new or changed into the repository of LEXICON_ACCOUNT')
    .option('--dry-run', 'only show what would change')
    .option('--yes', 'do not ask')
    .option('--breaking', 'also if it breaks who built on what is published')
    .option('--dir <directory>', 'other lexicons than those of this version')
    .option('--no-dns', 'do not look up the DNS')
    .action(publishLexicons)
  lexicons
    .command('check')
    .description('compare what is published with the lexicons of this version')
    .option('--dir <directory>', 'other lexicons than those of this version')
    .option('--no-dns', 'do not look up the DNS')
    .action(checkLexicons)
  const reports = command.command('reports').description('what members have reported')
  reports
    .command('list')
    .option('--status <status>', 'open, resolved or all', 'open')
    .option('--limit <count>', 'at most so many, the oldest first', '100')
    .action(listReports)
  reports.command('show').argument('<reportId>').action(showReport)
  reports
    .command('resolve')
    .argument('<reportId>')
    .requiredOption('--action <action>', 'what was done about it')
    .option('--notes <notes>', 'what else should be known')
    .action(resolveReport)
  reports
    .command('forward')
    .description('report the account at the moderation service of MODERATION_SERVICE_URL')
    .argument('<reportId>')
    .option('--notes <notes>', 'sent along')
    .option('--again', 'also if it was forwarded before')
    .action(forward)
  return command
}

function lineForOperator(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  // Every file that a start makes or reads by a path that an operator gives is in there.
  if (isFileFault(error)) return `DATA_DIR cannot be used: ${error.message}`
  return OPERATOR_ERRORS.some((kind) => error instanceof kind) ? error.message : undefined
}

function isFileFault(error: Error): boolean {
  return (
    'syscall' in error && 'path' in error && FILE_FAULTS.has(String(Reflect.get(error, 'code')))
  )
}

const FILE_FAULTS = new Set(['EACCES', 'EEXIST', 'ENOENT', 'ENOSPC', 'ENOTDIR', 'EPERM', 'EROFS'])

const OPERATOR_ERRORS = [
  BucketError,
  BackupError,
  ConfigError,
  CommandError,
  ForwardError,
  ListenError,
  LockedError,
  NewerDatabaseError,
]
