/**
 * Counts and sizes that a message may have. They are enforced while parsing, before anything is
 * allocated for what they count, so that the work is linear in the bytes and small in objects.
 */
export const MAX_LEAVES = 2_000
/** The stored part of a tree ends with its last non-blank node, at most a leaf. */
export const MAX_TREE_NODES = 2 * MAX_LEAVES - 1
export const MAX_PROPOSALS = 2_000
export const MAX_WELCOME_SECRETS = MAX_LEAVES
export const MAX_EXTENSIONS = 64
export const MAX_CAPABILITY_ENTRIES = 64
export const MAX_CERTIFICATES = 16
/** 2,000 leaves make a tree of depth 11; one to spare for the root of an extended tree. */
export const MAX_PATH_NODES = 12
export const MAX_IDENTITY_BYTES = 4 * 1024
export const MAX_GROUP_ID_BYTES = 255
/** The largest are ML-DSA-87: a public key has 2,592 bytes, a signature 4,627. */
export const MAX_KEY_BYTES = 4 * 1024
export const MAX_SIGNATURE_BYTES = 8 * 1024
/** Of one HPKE ciphertext; a welcome's holds a list of PSK ids. */
export const MAX_CIPHERTEXT_BYTES = 64 * 1024
export const MAX_HASH_BYTES = 64

export const MAX_KEY_PACKAGE_BYTES = 64 * 1024
export const MAX_APPLICATION_MESSAGE_BYTES = 256 * 1024
export const MAX_COMMIT_BYTES = 4 * 1024 * 1024
export const MAX_WELCOME_BYTES = 4 * 1024 * 1024
export const MAX_GROUP_INFO_BYTES = 4 * 1024 * 1024
