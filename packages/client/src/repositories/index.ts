/** Accounts' own repositories, read with proof: whether devices are theirs, and where they are at home. */
export { openRepositories } from './repositories.js'
export type {
  CheckableDevice,
  DeviceStanding,
  Repositories,
  RepositoryOptions,
} from './repositories.js'
export { RepositoryError } from './repository-error.js'
export { provenRecord } from './proof.js'
export type { Wanted } from './proof.js'
export { readMultikey } from './signing-key.js'
export type { SigningKey } from './signing-key.js'
