import { fileURLToPath } from 'node:url'
import type { LexiconDoc } from '@atproto/lexicon'
import { type Config, ConfigError, parseConfig } from '../../config/index.js'
import type { Did } from '../../lib/ids.js'
import { CommandError } from '../token.js'
import { readLexicons } from './read.js'
import { SchemaRepository } from './repository.js'

const OWN = fileURLToPath(new URL('../../../lexicons', import.meta.url))

/** The settings; unlike a start, without making anything in `DATA_DIR`. */
export function settings(): Config {
  const parsed = parseConfig(process.env)
  if (!parsed.ok) throw new ConfigError(parsed.refusal)
  return parsed.value
}

/** The lexicons of this version, or of a directory that holds them as `lexicons/` does. */
export function lexiconsOf(directory = OWN): LexiconDoc[] {
  const { docs, problems } = reading(directory)
  if (problems.length > 0) throw new CommandError(problems.join('\n'))
  if (docs.length === 0) throw new CommandError(`${directory} holds no lexicons`)
  return docs
}

export function repositoryOf(account: Did, { identity }: Config): Promise<SchemaRepository> {
  return SchemaRepository.of(account, identity)
}

function reading(directory: string) {
  try {
    return readLexicons(directory)
  } catch (cause) {
    throw new CommandError(`${directory} cannot be read`, { cause })
  }
}
