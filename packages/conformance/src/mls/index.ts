/** A small MLS client over ts-mls, for tests, benchmarks and the demonstration: real cryptography. */
export { createDevice, basicCredential, identityOf, TestDevice } from './device.js'
export type { DeviceOptions } from './device.js'
export {
  buildKeyPackage,
  capabilitiesFor,
  keyPackageRef,
  LAST_RESORT,
  lifetimeFromNow,
} from './key-package.js'
export type { BuiltKeyPackage, KeyPackageOptions } from './key-package.js'
export { TestGroup } from './group.js'
export type { Change, CommitOptions, ExternalJoin, GroupMember } from './group.js'
export { openExternally } from './external.js'
export { byteFields, onlyForMembers, signedFields } from './mutations.js'
export type { MutationSource, SignedField, Trait } from './mutations.js'
export { flipBit, forgeCommit, resignGroupInfo, withLongLength, withTrailingByte } from './forge.js'
export type { Forgery } from './forge.js'
export { sealCommit } from './seal-commit.js'
export type { CommitDraft, CommitTamper } from './seal-commit.js'
export { DEFAULT_SUITE, suiteOf } from './suite.js'
export { checkTree } from './tree.js'
export {
  decodeMessage,
  hex,
  readGroupInfo,
  readKeyPackage,
  readPrivateMessage,
  readPublicMessage,
  readWelcome,
  sameBytes,
  writeGroupInfo,
  writeKeyPackage,
  writePrivateMessage,
  writePublicMessage,
  writeWelcome,
} from './wire.js'
