/**
 * GENERATED CODE - DO NOT MODIFY
 */
import {
  type LexiconDoc,
  Lexicons,
  ValidationError,
  type ValidationResult,
} from '@atproto/lexicon'
import { type $Typed, is$typed, maybe$typed } from './util.js'

export const schemaDict = {
  BlueCatbirdMlsAcceptConvo: {
    lexicon: 1,
    id: 'blue.catbird.mls.acceptConvo',
    defs: {
      main: {
        type: 'procedure',
        description:
          'Accept a conversation that is a request. Until then nothing in it counts as read; leaving it is how to decline. Accepting again changes nothing.',
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['convoId'],
            properties: {
              convoId: {
                type: 'string',
                description:
                  'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
                minLength: 32,
                maxLength: 128,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['convo'],
            properties: {
              convo: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.defs#convoView',
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'NotMember',
            description:
              'The caller is not a member of the conversation any more.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds, or `seq` is no entry that the caller may read; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsAckWelcome: {
    lexicon: 1,
    id: 'blue.catbird.mls.ackWelcome',
    defs: {
      main: {
        type: 'procedure',
        description:
          'Say what became of a welcome; it does not wait any longer then. After `joined` the private key of its key package can be deleted.',
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['welcomeId', 'outcome'],
            properties: {
              welcomeId: {
                type: 'string',
                description: 'The welcome.',
                minLength: 1,
                maxLength: 128,
              },
              outcome: {
                type: 'string',
                description:
                  '`failed` leaves the leaf in the tree: come in by `joinConvo`.',
                knownValues: ['joined', 'failed'],
                maxLength: 64,
              },
              reason: {
                type: 'string',
                description:
                  'What went wrong, in words or a code, without secrets.',
                maxGraphemes: 300,
                maxLength: 3000,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            properties: {},
          },
        },
        errors: [
          {
            name: 'WelcomeNotFound',
            description: 'The account has no such welcome.',
          },
          {
            name: 'WelcomeAlreadyAcked',
            description:
              'The welcome was acknowledged before, with another outcome.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsAddMembers: {
    lexicon: 1,
    id: 'blue.catbird.mls.addMembers',
    defs: {
      main: {
        type: 'procedure',
        description:
          'Add accounts, or more devices of theirs, with a commit that holds an Add for each device and a welcome for all of them.',
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['convoId', 'change'],
            properties: {
              convoId: {
                type: 'string',
                description:
                  'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
                minLength: 32,
                maxLength: 128,
              },
              change: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.defs#change',
              },
              didList: {
                type: 'array',
                description:
                  'The accounts that the commit adds. If given, it must be exactly these.',
                items: {
                  type: 'string',
                  format: 'did',
                  maxLength: 256,
                },
                maxLength: 2000,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['success', 'newEpoch', 'seq'],
            properties: {
              success: {
                type: 'boolean',
                description: 'Always true: a refusal is an error.',
              },
              newEpoch: {
                type: 'integer',
                description: 'The epoch that the commit made.',
                minimum: 0,
                maximum: 9007199254740991,
              },
              seq: {
                type: 'integer',
                description: "The commit's position in the log.",
                minimum: 1,
                maximum: 9007199254740991,
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'NotMember',
            description:
              'The caller is not a member of the conversation any more.',
          },
          {
            name: 'EpochMismatch',
            description:
              "The message was not made for an epoch (or generation) that is accepted now; the answer's message names the current ones.",
          },
          {
            name: 'PendingRemovals',
            description:
              'The commit does not remove every leaf that is pending removal.',
          },
          {
            name: 'InvalidMlsMessage',
            description:
              'The bytes are not exactly one canonical MLSMessage of the expected kind.',
          },
          {
            name: 'InvalidCommit',
            description:
              'The commit breaks a rule; the message names it and its section of RFC 9420.',
          },
          {
            name: 'InvalidGroupInfo',
            description:
              'The GroupInfo is not the signed state that it should be; the message names the rule.',
          },
          {
            name: 'InvalidWelcome',
            description:
              'The welcome is missing, or does not name exactly the key packages that the commit adds.',
          },
          {
            name: 'InvalidKeyPackage',
            description:
              'A key package breaks a rule, or is not leased to the caller for this; the message names which and why.',
          },
          {
            name: 'DeviceUnknown',
            description:
              'The device is not registered for this account, or was deleted.',
          },
          {
            name: 'Forbidden',
            description:
              "The caller's role does not allow what the request would do, or the conversation is closed.",
          },
          {
            name: 'NotAdmin',
            description: 'Only admins of the conversation may do this.',
          },
          {
            name: 'AlreadyMember',
            description:
              'A device that the commit adds is in the group already.',
          },
          {
            name: 'TooManyMembers',
            description:
              'The conversation would have more members or leaves than allowed.',
          },
          {
            name: 'QuotaExceeded',
            description:
              'An account would be a member of more than 1,000 conversations; the message names it.',
          },
          {
            name: 'TooManyDevices',
            description: 'The account has as many devices as allowed.',
          },
          {
            name: 'IncomingNotAllowed',
            description:
              'An account that would be added lets nobody add it, or only those whom it follows.',
          },
          {
            name: 'BlockedByMember',
            description:
              'Somebody who would come in and a member, or another who would, block one another.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsAuthFull: {
    lexicon: 1,
    id: 'blue.catbird.mls.authFull',
    defs: {
      main: {
        type: 'permission-set',
        title: 'Encrypted group chat',
        detail:
          'Read and write your encrypted conversations, manage your devices, and say in your repository who may add you.',
        permissions: [
          {
            type: 'permission',
            resource: 'repo',
            collection: [
              'blue.catbird.mls.declaration',
              'blue.catbird.mls.device',
            ],
            action: ['create', 'update', 'delete'],
          },
          {
            type: 'permission',
            resource: 'rpc',
            inheritAud: true,
            lxm: [
              'blue.catbird.mls.acceptConvo',
              'blue.catbird.mls.ackWelcome',
              'blue.catbird.mls.addMembers',
              'blue.catbird.mls.blockAccount',
              'blue.catbird.mls.createConvo',
              'blue.catbird.mls.createInvite',
              'blue.catbird.mls.deleteAccount',
              'blue.catbird.mls.deleteBlob',
              'blue.catbird.mls.deleteDevice',
              'blue.catbird.mls.describeServer',
              'blue.catbird.mls.exportAccountData',
              'blue.catbird.mls.getAvailability',
              'blue.catbird.mls.getBlob',
              'blue.catbird.mls.getBlocks',
              'blue.catbird.mls.getCommits',
              'blue.catbird.mls.getConvo',
              'blue.catbird.mls.getConvoHealth',
              'blue.catbird.mls.getConvos',
              'blue.catbird.mls.getEpoch',
              'blue.catbird.mls.getGroupInfo',
              'blue.catbird.mls.getInvites',
              'blue.catbird.mls.getKeyPackageStatus',
              'blue.catbird.mls.getKeyPackages',
              'blue.catbird.mls.getMembers',
              'blue.catbird.mls.getMessages',
              'blue.catbird.mls.getReports',
              'blue.catbird.mls.getSubscriptionTicket',
              'blue.catbird.mls.getWelcomes',
              'blue.catbird.mls.joinConvo',
              'blue.catbird.mls.leaveConvo',
              'blue.catbird.mls.listDevices',
              'blue.catbird.mls.muteConvo',
              'blue.catbird.mls.previewInvite',
              'blue.catbird.mls.publishKeyPackage',
              'blue.catbird.mls.publishKeyPackages',
              'blue.catbird.mls.registerDevice',
              'blue.catbird.mls.registerPush',
              'blue.catbird.mls.removeMembers',
              'blue.catbird.mls.reportMember',
              'blue.catbird.mls.resetConvo',
              'blue.catbird.mls.resolveReport',
              'blue.catbird.mls.revokeInvite',
              'blue.catbird.mls.sendMessage',
              'blue.catbird.mls.setMemberRole',
              'blue.catbird.mls.streamConvoEvents',
              'blue.catbird.mls.submitCommit',
              'blue.catbird.mls.subscribeConvoEvents',
              'blue.catbird.mls.syncKeyPackages',
              'blue.catbird.mls.unblockAccount',
              'blue.catbird.mls.unmuteConvo',
              'blue.catbird.mls.unregisterPush',
              'blue.catbird.mls.updateConvo',
              'blue.catbird.mls.updateCursor',
              'blue.catbird.mls.uploadBlob',
            ],
          },
        ],
      },
    },
  },
  BlueCatbirdMlsAuthRead: {
    lexicon: 1,
    id: 'blue.catbird.mls.authRead',
    defs: {
      main: {
        type: 'permission-set',
        title: 'Read encrypted group chat',
        detail:
          'See your encrypted conversations, devices and settings, without changing anything.',
        permissions: [
          {
            type: 'permission',
            resource: 'rpc',
            inheritAud: true,
            lxm: [
              'blue.catbird.mls.describeServer',
              'blue.catbird.mls.exportAccountData',
              'blue.catbird.mls.getAvailability',
              'blue.catbird.mls.getBlob',
              'blue.catbird.mls.getBlocks',
              'blue.catbird.mls.getCommits',
              'blue.catbird.mls.getConvo',
              'blue.catbird.mls.getConvoHealth',
              'blue.catbird.mls.getConvos',
              'blue.catbird.mls.getEpoch',
              'blue.catbird.mls.getGroupInfo',
              'blue.catbird.mls.getInvites',
              'blue.catbird.mls.getKeyPackageStatus',
              'blue.catbird.mls.getMembers',
              'blue.catbird.mls.getMessages',
              'blue.catbird.mls.getReports',
              'blue.catbird.mls.getSubscriptionTicket',
              'blue.catbird.mls.getWelcomes',
              'blue.catbird.mls.listDevices',
              'blue.catbird.mls.previewInvite',
              'blue.catbird.mls.streamConvoEvents',
              'blue.catbird.mls.subscribeConvoEvents',
            ],
          },
        ],
      },
    },
  },
  BlueCatbirdMlsBlockAccount: {
    lexicon: 1,
    id: 'blue.catbird.mls.blockAccount',
    defs: {
      main: {
        type: 'procedure',
        description:
          'Never be added where that account is, nor it where the caller is, and give it no key packages: to it there are none. What both are in already stays as it is. Only the caller knows of the block; blocking again changes nothing.',
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['did'],
            properties: {
              did: {
                type: 'string',
                description: 'The account that is blocked.',
                format: 'did',
                maxLength: 256,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            properties: {},
          },
        },
        errors: [
          {
            name: 'QuotaExceeded',
            description:
              'The account or the conversation has as many of these as allowed.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds, or `seq` is no entry that the caller may read; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsCreateConvo: {
    lexicon: 1,
    id: 'blue.catbird.mls.createConvo',
    defs: {
      main: {
        type: 'procedure',
        description:
          'Create a conversation from the first epoch of an MLS group, and, with a change, add its members in the same transaction. A direct conversation is unique for its two accounts: creating it again answers with the existing one, under its own `convoId`.',
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['genesis'],
            properties: {
              genesis: {
                type: 'bytes',
                description:
                  "MLSMessage with the GroupInfo of epoch 0 of the new group, signed by the caller's device, which is its only leaf, with `external_pub` and `ratchet_tree`.",
                maxLength: 4194304,
              },
              change: {
                type: 'ref',
                description: 'The commit that adds the first members.',
                ref: 'lex:blue.catbird.mls.defs#change',
              },
              kind: {
                type: 'string',
                description:
                  'What kind of conversation it is; `direct` is between exactly two accounts, both admins.',
                knownValues: ['group', 'direct'],
                maxLength: 64,
                default: 'group',
              },
              metadata: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.defs#metadata',
              },
              encryptedMetadata: {
                type: 'bytes',
                description:
                  'Metadata that only members can read, encrypted by them.',
                maxLength: 8192,
              },
              policy: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.defs#policy',
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['convo'],
            properties: {
              convo: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.defs#convoView',
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoExists',
            description: 'The group id is taken by another group.',
          },
          {
            name: 'InvalidMlsMessage',
            description:
              'The bytes are not exactly one canonical MLSMessage of the expected kind.',
          },
          {
            name: 'InvalidGroupInfo',
            description:
              'The GroupInfo is not the signed state that it should be; the message names the rule.',
          },
          {
            name: 'InvalidCipherSuite',
            description:
              'The cipher suite is not offered here, or is not the one that is needed.',
          },
          {
            name: 'InvalidCommit',
            description:
              'The commit breaks a rule; the message names it and its section of RFC 9420.',
          },
          {
            name: 'InvalidWelcome',
            description:
              'The welcome is missing, or does not name exactly the key packages that the commit adds.',
          },
          {
            name: 'InvalidKeyPackage',
            description:
              'A key package breaks a rule, or is not leased to the caller for this; the message names which and why.',
          },
          {
            name: 'DeviceUnknown',
            description:
              'The device is not registered for this account, or was deleted.',
          },
          {
            name: 'AlreadyMember',
            description:
              'A device that the commit adds is in the group already.',
          },
          {
            name: 'TooManyMembers',
            description:
              'The conversation would have more members or leaves than allowed.',
          },
          {
            name: 'TooManyDevices',
            description: 'The account has as many devices as allowed.',
          },
          {
            name: 'QuotaExceeded',
            description: 'The account has as many conversations as allowed.',
          },
          {
            name: 'IncomingNotAllowed',
            description:
              'An account that would be added lets nobody add it, or only those whom it follows.',
          },
          {
            name: 'BlockedByMember',
            description:
              'Somebody who would come in and a member, or another who would, block one another.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsCreateInvite: {
    lexicon: 1,
    id: 'blue.catbird.mls.createInvite',
    defs: {
      main: {
        type: 'procedure',
        description:
          "Make a way into a conversation for whoever is given its secret, which is shown now and never again. For admins, and not for direct conversations. With a `secret` of the client's own the same request again gives the same invite; without one each request makes another.",
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['convoId'],
            properties: {
              convoId: {
                type: 'string',
                description:
                  'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
                minLength: 32,
                maxLength: 128,
              },
              expiresAt: {
                type: 'string',
                description:
                  'Until when it opens the conversation; for ever by default.',
                format: 'datetime',
                maxLength: 64,
              },
              maxUses: {
                type: 'integer',
                description:
                  'How many accounts may come in by it; by default as many as there is room for.',
                minimum: 1,
                maximum: 10000,
              },
              secret: {
                type: 'string',
                description:
                  '32 random bytes or more in base64url, made by the client. Made by the service by default.',
                minLength: 43,
                maxLength: 128,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['invite'],
            properties: {
              invite: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.defs#inviteView',
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'NotMember',
            description:
              'The caller is not a member of the conversation any more.',
          },
          {
            name: 'NotAdmin',
            description: 'Only admins of the conversation may do this.',
          },
          {
            name: 'Forbidden',
            description:
              "The caller's role does not allow what the request would do, or the conversation is closed.",
          },
          {
            name: 'QuotaExceeded',
            description:
              'The account or the conversation has as many of these as allowed.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds, or `seq` is no entry that the caller may read; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsDeclaration: {
    lexicon: 1,
    id: 'blue.catbird.mls.declaration',
    defs: {
      main: {
        type: 'record',
        key: 'literal:self',
        description:
          "In an account's own repository: whom it lets add it to conversations, and where it is at home.",
        record: {
          type: 'object',
          required: ['allowIncoming'],
          properties: {
            allowIncoming: {
              type: 'string',
              description:
                'Who may add the account. `all`: anybody, and what they add it to counts as accepted. `following`: accounts that it follows, likewise. `none`: nobody; it comes in by invites. Without a declaration anybody may, and conversations arrive as requests.',
              knownValues: ['all', 'following', 'none'],
              maxLength: 64,
            },
            service: {
              type: 'string',
              description:
                "DID of the delivery service that holds the account's key packages.",
              format: 'did',
              maxLength: 256,
            },
          },
        },
      },
    },
  },
  BlueCatbirdMlsDefs: {
    lexicon: 1,
    id: 'blue.catbird.mls.defs',
    description: 'Views and values that the methods share.',
    defs: {
      change: {
        type: 'object',
        description:
          'A commit and what belongs to the epoch that it makes; accepted or refused as one.',
        required: ['commit', 'groupInfo'],
        properties: {
          commit: {
            type: 'bytes',
            description:
              'MLSMessage with the commit: a PublicMessage, or (where the conversation allows it) a PrivateMessage. Proposals are inside, by value.',
            maxLength: 4194304,
          },
          groupInfo: {
            type: 'bytes',
            description:
              'MLSMessage with the GroupInfo of the epoch that the commit makes, signed by the committer, with `external_pub` and `ratchet_tree`.',
            maxLength: 4194304,
          },
          welcome: {
            type: 'bytes',
            description:
              'MLSMessage with the Welcome for every leaf that the commit adds; its own GroupInfo carries `ratchet_tree`. Required if the commit adds anyone, absent if not.',
            maxLength: 4194304,
          },
        },
      },
      convoView: {
        type: 'object',
        description:
          'A conversation as one of its members sees it. A former member sees it as it was at `lastSeq`, without metadata and roster: `members` and `pendingRemovals` are empty, `memberCount` and `unreadCount` are 0, and `policy` says nothing.',
        required: [
          'convoId',
          'groupId',
          'generation',
          'commitFraming',
          'intervals',
          'kind',
          'epoch',
          'lastSeq',
          'hash',
          'cipherSuite',
          'creator',
          'role',
          'status',
          'muted',
          'cursor',
          'unreadCount',
          'memberCount',
          'members',
          'pendingRemovals',
          'policy',
          'createdAt',
        ],
        properties: {
          convoId: {
            type: 'string',
            description:
              'Stable name of the conversation: lowercase hex of its first MLS group id.',
            minLength: 32,
            maxLength: 128,
          },
          groupId: {
            type: 'string',
            description:
              'MLS group id that the conversation runs on now. Lowercase hex.',
            minLength: 32,
            maxLength: 128,
          },
          generation: {
            type: 'integer',
            description:
              'How many times the conversation was reset onto a new MLS group.',
            minimum: 0,
            maximum: 9007199254740991,
          },
          resetSeq: {
            type: 'integer',
            description:
              "The last position before the latest reset: the end of what the former group's state decrypts. Absent if there was none.",
            minimum: 0,
            maximum: 9007199254740991,
          },
          commitFraming: {
            type: 'string',
            description:
              '`public`: commits are PublicMessages and checked in full. `any`: encrypted commits are taken too, checked by their GroupInfo alone.',
            knownValues: ['public', 'any'],
            maxLength: 64,
          },
          intervals: {
            type: 'array',
            description:
              "The caller's memberships, oldest first: which part of the log may be read.",
            items: {
              type: 'ref',
              ref: 'lex:blue.catbird.mls.defs#interval',
            },
            maxLength: 1000,
          },
          kind: {
            type: 'string',
            description:
              '`direct` is between exactly two accounts and unique for the pair.',
            knownValues: ['group', 'direct'],
            maxLength: 64,
          },
          epoch: {
            type: 'integer',
            description: 'Current MLS epoch.',
            minimum: 0,
            maximum: 9007199254740991,
          },
          lastSeq: {
            type: 'integer',
            description:
              'Highest position that the caller may read; 0 in an empty log.',
            minimum: 0,
            maximum: 9007199254740991,
          },
          hash: {
            type: 'string',
            description:
              "The log's hash at `lastSeq`; 32 zero bytes for an empty log. Lowercase hex.",
            minLength: 64,
            maxLength: 64,
          },
          cipherSuite: {
            type: 'string',
            description: "IANA name of the group's cipher suite.",
            maxLength: 128,
          },
          creator: {
            type: 'string',
            description: 'The account that created the conversation.',
            format: 'did',
            maxLength: 256,
          },
          role: {
            type: 'string',
            description: "The caller's role.",
            knownValues: ['admin', 'moderator', 'member'],
            maxLength: 64,
          },
          status: {
            type: 'string',
            description:
              "The caller's standing: `request` until it has accepted who added it or, by `acceptConvo`, the conversation; `left` when it is no member any more.",
            knownValues: ['accepted', 'request', 'left'],
            maxLength: 64,
          },
          muted: {
            type: 'boolean',
            description: 'Whether the caller has muted the conversation.',
          },
          cursor: {
            type: 'integer',
            description: 'The position up to which the caller has read.',
            minimum: 0,
            maximum: 9007199254740991,
          },
          unreadCount: {
            type: 'integer',
            description:
              'Application entries that the caller may read after `cursor`.',
            minimum: 0,
            maximum: 9007199254740991,
          },
          memberCount: {
            type: 'integer',
            description: 'How many accounts are members.',
            minimum: 0,
            maximum: 9007199254740991,
          },
          members: {
            type: 'array',
            description: 'The first members; `getMembers` pages through all.',
            items: {
              type: 'ref',
              ref: 'lex:blue.catbird.mls.defs#memberView',
            },
            maxLength: 50,
          },
          pendingRemovals: {
            type: 'array',
            description: "Leaves that the next member's commit must remove.",
            items: {
              type: 'ref',
              ref: 'lex:blue.catbird.mls.defs#pendingRemoval',
            },
            maxLength: 2000,
          },
          metadata: {
            type: 'ref',
            ref: 'lex:blue.catbird.mls.defs#metadata',
          },
          encryptedMetadata: {
            type: 'bytes',
            description:
              'Metadata that only members can read, encrypted by them.',
            maxLength: 8192,
          },
          policy: {
            type: 'ref',
            ref: 'lex:blue.catbird.mls.defs#policy',
          },
          createdAt: {
            type: 'string',
            description: 'When the conversation was created.',
            format: 'datetime',
            maxLength: 64,
          },
          lastMessageAt: {
            type: 'string',
            description:
              "When the newest application entry of the caller's membership was stored. Absent if there is none.",
            format: 'datetime',
            maxLength: 64,
          },
        },
      },
      interval: {
        type: 'object',
        description:
          'One membership: the part of the log from `joinedSeq` to `leftSeq`, both included.',
        required: ['joinedSeq'],
        properties: {
          joinedSeq: {
            type: 'integer',
            description:
              'First position that may be read: that of the commit which added the account, 1 for the creator.',
            minimum: 0,
            maximum: 9007199254740991,
          },
          leftSeq: {
            type: 'integer',
            description:
              'Last position that may be read; absent while the membership lasts.',
            minimum: 0,
            maximum: 9007199254740991,
          },
        },
      },
      metadata: {
        type: 'object',
        description: 'What the conversation is about, readable by the service.',
        properties: {
          name: {
            type: 'string',
            description: 'Name of the conversation.',
            maxGraphemes: 128,
            maxLength: 1280,
          },
          description: {
            type: 'string',
            description: 'What the conversation is about.',
            maxGraphemes: 1000,
            maxLength: 10000,
          },
        },
      },
      policy: {
        type: 'object',
        description: "The conversation's own rules.",
        required: ['whoCanAdd'],
        properties: {
          whoCanAdd: {
            type: 'string',
            description: 'Who may add other accounts.',
            knownValues: ['admin', 'member'],
            maxLength: 64,
          },
          maxMembers: {
            type: 'integer',
            description:
              'How many accounts may be members; absent: as many as the service allows.',
            minimum: 1,
            maximum: 2000,
          },
        },
      },
      pendingRemoval: {
        type: 'object',
        description:
          "A leaf of an account that left or of a device that was deleted; the next member's commit must remove it.",
        required: ['leafIndex', 'did', 'deviceId'],
        properties: {
          leafIndex: {
            type: 'integer',
            description: 'Index of the leaf in the ratchet tree.',
            minimum: 0,
            maximum: 4294967295,
          },
          did: {
            type: 'string',
            description: 'The account whose leaf it is.',
            format: 'did',
            maxLength: 256,
          },
          deviceId: {
            type: 'string',
            description:
              'The device whose leaf it is. Letters, digits, `.`, `_` and `-`.',
            minLength: 1,
            maxLength: 64,
          },
        },
      },
      memberView: {
        type: 'object',
        description: 'A member of a conversation.',
        required: ['did', 'role', 'status', 'joinedAt', 'joinedSeq', 'devices'],
        properties: {
          did: {
            type: 'string',
            description: "The member's account.",
            format: 'did',
            maxLength: 256,
          },
          role: {
            type: 'string',
            description: 'What the member may do.',
            knownValues: ['admin', 'moderator', 'member'],
            maxLength: 64,
          },
          status: {
            type: 'string',
            description:
              '`request` until the member has accepted the conversation.',
            knownValues: ['accepted', 'request', 'left'],
            maxLength: 64,
          },
          joinedAt: {
            type: 'string',
            description: 'When the current membership began.',
            format: 'datetime',
            maxLength: 64,
          },
          joinedSeq: {
            type: 'integer',
            description: 'Position at which the current membership began.',
            minimum: 0,
            maximum: 9007199254740991,
          },
          devices: {
            type: 'array',
            description:
              "The member's devices in the verified ratchet tree; may be empty.",
            items: {
              type: 'ref',
              ref: 'lex:blue.catbird.mls.defs#memberDevice',
            },
            maxLength: 100,
          },
          inviteId: {
            type: 'string',
            description:
              'The invite that the member came in by; absent for one who was added.',
            minLength: 32,
            maxLength: 32,
          },
        },
      },
      memberDevice: {
        type: 'object',
        description: 'A device in the ratchet tree of a conversation.',
        required: ['deviceId', 'leafIndex'],
        properties: {
          deviceId: {
            type: 'string',
            description: 'The device. Letters, digits, `.`, `_` and `-`.',
            minLength: 1,
            maxLength: 64,
          },
          leafIndex: {
            type: 'integer',
            description: "Index of the device's leaf in the ratchet tree.",
            minimum: 0,
            maximum: 4294967295,
          },
        },
      },
      messageView: {
        type: 'object',
        description:
          "One entry of a conversation's log. `hash` is SHA-256(previousHash ‖ uint64 seq ‖ uint64 generation ‖ uint64 epoch ‖ uint8 kind ‖ SHA-256(ciphertext)), big-endian, kind 1 for application and 2 for commit.",
        required: [
          'id',
          'convoId',
          'seq',
          'messageType',
          'generation',
          'epoch',
          'previousHash',
          'hash',
          'createdAt',
        ],
        properties: {
          id: {
            type: 'string',
            description:
              "The sender's `msgId` for an application message; hex SHA-256 of the bytes for a commit.",
            minLength: 26,
            maxLength: 64,
          },
          convoId: {
            type: 'string',
            description:
              'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
            minLength: 32,
            maxLength: 128,
          },
          seq: {
            type: 'integer',
            description:
              "Position in the conversation's log, from 1, without gaps.",
            minimum: 1,
            maximum: 9007199254740991,
          },
          messageType: {
            type: 'string',
            description: 'What the entry holds.',
            knownValues: ['application', 'commit'],
            maxLength: 64,
          },
          generation: {
            type: 'integer',
            description:
              'Generation of the MLS group that the message belongs to.',
            minimum: 0,
            maximum: 9007199254740991,
          },
          epoch: {
            type: 'integer',
            description:
              'Epoch in the message; for a commit the one that it ends.',
            minimum: 0,
            maximum: 9007199254740991,
          },
          ciphertext: {
            type: 'bytes',
            description:
              'The MLSMessage as it was sent. Absent once retention has removed it.',
            maxLength: 4194304,
          },
          contentHash: {
            type: 'string',
            description:
              'SHA-256 of the ciphertext; it stays when retention removes the ciphertext. Lowercase hex.',
            minLength: 64,
            maxLength: 64,
          },
          previousHash: {
            type: 'string',
            description:
              'The `hash` of the entry before, 32 zero bytes for the first. Lowercase hex.',
            minLength: 64,
            maxLength: 64,
          },
          hash: {
            type: 'string',
            description: "The log's hash after this entry. Lowercase hex.",
            minLength: 64,
            maxLength: 64,
          },
          createdAt: {
            type: 'string',
            description: 'When the service stored the entry.',
            format: 'datetime',
            maxLength: 64,
          },
        },
      },
      deviceView: {
        type: 'object',
        description:
          'A device of an account. The optional fields are told to the account itself only.',
        required: ['deviceId', 'signaturePublicKey'],
        properties: {
          deviceId: {
            type: 'string',
            description:
              'Name of the device within its account. Letters, digits, `.`, `_` and `-`.',
            minLength: 1,
            maxLength: 64,
          },
          signaturePublicKey: {
            type: 'bytes',
            description:
              "The device's MLS signature public key; it never changes.",
            minLength: 1,
            maxLength: 4096,
          },
          name: {
            type: 'string',
            description: 'What the owner calls the device.',
            maxGraphemes: 64,
            maxLength: 640,
          },
          createdAt: {
            type: 'string',
            description: 'When the device was registered.',
            format: 'datetime',
            maxLength: 64,
          },
          lastSeenAt: {
            type: 'string',
            description:
              'When the service last dealt with a request that names the device. Coarse.',
            format: 'datetime',
            maxLength: 64,
          },
          keyPackagesAvailable: {
            type: 'integer',
            description:
              'How many unused key packages the service holds for it, the last-resort one aside.',
            minimum: 0,
            maximum: 9007199254740991,
          },
        },
      },
      keyPackageView: {
        type: 'object',
        description: 'A key package that the service has taken.',
        required: [
          'keyPackageRef',
          'deviceId',
          'cipherSuite',
          'expiresAt',
          'lastResort',
        ],
        properties: {
          keyPackageRef: {
            type: 'string',
            description:
              "RFC 9420 §5.2 reference of the inner KeyPackage, computed with its suite's hash. Lowercase hex.",
            minLength: 64,
            maxLength: 128,
          },
          deviceId: {
            type: 'string',
            description:
              'The device that the package adds. Letters, digits, `.`, `_` and `-`.',
            minLength: 1,
            maxLength: 64,
          },
          cipherSuite: {
            type: 'string',
            description: 'IANA name of the cipher suite of the package.',
            maxLength: 128,
          },
          expiresAt: {
            type: 'string',
            description: "End of the package's signed lifetime.",
            format: 'datetime',
            maxLength: 64,
          },
          lastResort: {
            type: 'boolean',
            description:
              'Whether it is given out, again and again, when no other is left.',
          },
        },
      },
      leasedKeyPackage: {
        type: 'object',
        description:
          'A key package that is set aside for the caller for a while.',
        required: [
          'did',
          'deviceId',
          'keyPackageRef',
          'cipherSuite',
          'keyPackage',
          'lastResort',
        ],
        properties: {
          did: {
            type: 'string',
            description: 'The account that the package adds.',
            format: 'did',
            maxLength: 256,
          },
          deviceId: {
            type: 'string',
            description:
              'The device that the package adds. Letters, digits, `.`, `_` and `-`.',
            minLength: 1,
            maxLength: 64,
          },
          keyPackageRef: {
            type: 'string',
            description:
              "RFC 9420 §5.2 reference of the inner KeyPackage, computed with its suite's hash. Lowercase hex.",
            minLength: 64,
            maxLength: 128,
          },
          cipherSuite: {
            type: 'string',
            description: 'IANA name of the cipher suite of the package.',
            maxLength: 128,
          },
          keyPackage: {
            type: 'bytes',
            description: 'MLSMessage with the KeyPackage.',
            maxLength: 65536,
          },
          lastResort: {
            type: 'boolean',
            description:
              'Whether it is the one that is given out when no other is left.',
          },
        },
      },
      availability: {
        type: 'object',
        description: 'Whether an account can be reached by who asks.',
        required: ['did', 'reachable'],
        properties: {
          did: {
            type: 'string',
            description: 'The account.',
            format: 'did',
            maxLength: 256,
          },
          reachable: {
            type: 'boolean',
            description:
              'It has a key package that can be used, and takes conversations from the caller.',
          },
        },
      },
      missingKeyPackage: {
        type: 'object',
        description:
          'An account or a device for which no key package can be had.',
        required: ['did'],
        properties: {
          did: {
            type: 'string',
            description: 'The account.',
            format: 'did',
            maxLength: 256,
          },
          deviceId: {
            type: 'string',
            description:
              'The device; absent if the account has none with packages. Letters, digits, `.`, `_` and `-`.',
            minLength: 1,
            maxLength: 64,
          },
        },
      },
      keyPackageStatus: {
        type: 'object',
        description:
          "The stock of one device's key packages of one cipher suite.",
        required: [
          'deviceId',
          'cipherSuite',
          'available',
          'leased',
          'consumed',
          'lastResort',
          'needsReplenish',
        ],
        properties: {
          deviceId: {
            type: 'string',
            description: 'The device. Letters, digits, `.`, `_` and `-`.',
            minLength: 1,
            maxLength: 64,
          },
          cipherSuite: {
            type: 'string',
            description: 'IANA name of the cipher suite of the packages.',
            maxLength: 128,
          },
          available: {
            type: 'integer',
            description:
              'Packages that can be leased now, the last-resort one aside.',
            minimum: 0,
            maximum: 9007199254740991,
          },
          leased: {
            type: 'integer',
            description: 'Packages set aside for somebody at the moment.',
            minimum: 0,
            maximum: 9007199254740991,
          },
          consumed: {
            type: 'integer',
            description: 'Packages used by a commit.',
            minimum: 0,
            maximum: 9007199254740991,
          },
          lastResort: {
            type: 'boolean',
            description: 'Whether there is a last-resort package.',
          },
          nextExpiresAt: {
            type: 'string',
            description:
              'When the next package expires; absent if there is none left.',
            format: 'datetime',
            maxLength: 64,
          },
          needsReplenish: {
            type: 'boolean',
            description: 'Whether the device should publish more.',
          },
        },
      },
      welcomeView: {
        type: 'object',
        description: 'A welcome that waits for one device.',
        required: [
          'welcomeId',
          'convoId',
          'groupId',
          'generation',
          'epoch',
          'seq',
          'welcome',
          'addedBy',
          'createdAt',
          'expiresAt',
        ],
        properties: {
          welcomeId: {
            type: 'string',
            description: 'Name of the welcome, for `ackWelcome`. Opaque.',
            minLength: 1,
            maxLength: 128,
          },
          convoId: {
            type: 'string',
            description: 'The conversation that the device was added to.',
            minLength: 32,
            maxLength: 128,
          },
          groupId: {
            type: 'string',
            description:
              'The MLS group that the welcome is for. Lowercase hex.',
            minLength: 32,
            maxLength: 128,
          },
          generation: {
            type: 'integer',
            description: 'Generation of that group.',
            minimum: 0,
            maximum: 9007199254740991,
          },
          epoch: {
            type: 'integer',
            description: 'The epoch that the device joins at.',
            minimum: 0,
            maximum: 9007199254740991,
          },
          seq: {
            type: 'integer',
            description:
              'Position of the commit that added the device: entries after it are the first that the device can decrypt.',
            minimum: 1,
            maximum: 9007199254740991,
          },
          welcome: {
            type: 'bytes',
            description: 'MLSMessage with the Welcome.',
            maxLength: 4194304,
          },
          addedBy: {
            type: 'string',
            description: 'The account whose commit added the device.',
            format: 'did',
            maxLength: 256,
          },
          createdAt: {
            type: 'string',
            description: 'When the commit was accepted.',
            format: 'datetime',
            maxLength: 64,
          },
          expiresAt: {
            type: 'string',
            description:
              'Until when the welcome waits; afterwards come in by `joinConvo`.',
            format: 'datetime',
            maxLength: 64,
          },
        },
      },
      convoProblem: {
        type: 'object',
        description:
          'Why a device cannot follow a conversation, and what to do about it. If `joinConvo` fails again and again, an admin calls `resetConvo`.',
        required: ['problem', 'remedy'],
        properties: {
          problem: {
            type: 'string',
            description:
              "What is wrong. `leafMissing`: the device is not in the ratchet tree. `leafPendingRemoval`: its leaf is to be removed by the next member's commit; the device can then be added again. `leafKeyMismatch`: its leaf has another signature key. `welcomePending`: a welcome waits for it. `welcomeExpired`: that has expired. `welcomeFailed`: the device acknowledged it as failed. `welcomeSuperseded`: it is for a group that was reset. `groupReset`: the conversation runs on a new group. `epochBehind`: there are commits that the device has not applied. `epochAhead`: the device is in an epoch that the group never reached.",
            knownValues: [
              'leafMissing',
              'leafPendingRemoval',
              'leafKeyMismatch',
              'welcomePending',
              'welcomeExpired',
              'welcomeFailed',
              'welcomeSuperseded',
              'groupReset',
              'epochBehind',
              'epochAhead',
            ],
            maxLength: 64,
          },
          remedy: {
            type: 'string',
            description:
              'Name of the method that cures it. The device calls it, save for `addMembers`, which is for a device in the tree: it removes the leaf and adds the device.',
            knownValues: [
              'joinConvo',
              'getWelcomes',
              'getMessages',
              'addMembers',
            ],
            maxLength: 64,
          },
        },
      },
      reportView: {
        type: 'object',
        description:
          'A report about a member, as those see it who moderate the conversation. It does not say who made it.',
        required: [
          'reportId',
          'convoId',
          'did',
          'category',
          'messageIds',
          'status',
          'createdAt',
        ],
        properties: {
          reportId: {
            type: 'string',
            description: 'Identifies the report.',
            minLength: 1,
            maxLength: 64,
          },
          convoId: {
            type: 'string',
            description:
              'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
            minLength: 32,
            maxLength: 128,
          },
          did: {
            type: 'string',
            description:
              'Who is reported; `did:web:deleted.invalid` for an account that was deleted since.',
            format: 'did',
            maxLength: 256,
          },
          category: {
            type: 'string',
            description: 'What for.',
            knownValues: [
              'spam',
              'harassment',
              'hate',
              'violence',
              'sexual',
              'childSafety',
              'selfHarm',
              'impersonation',
              'other',
            ],
            maxLength: 64,
          },
          encryptedContent: {
            type: 'bytes',
            description:
              'What the reporter shows to those who moderate, encrypted by the reporter so that only they can read it. How is up to the clients; the service cannot read it.',
            maxLength: 65536,
          },
          messageIds: {
            type: 'array',
            description:
              'Ids of the messages that it is about (`messageView.id`).',
            items: {
              type: 'string',
              minLength: 1,
              maxLength: 128,
            },
            maxLength: 50,
          },
          status: {
            type: 'string',
            description: 'Whether somebody has dealt with it.',
            knownValues: ['open', 'resolved'],
            maxLength: 64,
          },
          createdAt: {
            type: 'string',
            description: 'When it was received.',
            format: 'datetime',
            maxLength: 64,
          },
          action: {
            type: 'string',
            description: 'What was done about it.',
            knownValues: ['dismissed', 'warned', 'removed', 'escalated'],
            maxLength: 64,
          },
          notes: {
            type: 'string',
            description:
              'What those who moderate should know about the resolution.',
            maxLength: 2000,
          },
          resolvedBy: {
            type: 'string',
            description: 'Who resolved it.',
            format: 'did',
            maxLength: 256,
          },
          resolvedAt: {
            type: 'string',
            description: 'When it was resolved.',
            format: 'datetime',
            maxLength: 64,
          },
        },
      },
      blockView: {
        type: 'object',
        description: 'An account that the caller has blocked.',
        required: ['did', 'createdAt'],
        properties: {
          did: {
            type: 'string',
            description: 'The account.',
            format: 'did',
            maxLength: 256,
          },
          createdAt: {
            type: 'string',
            description: 'When it was blocked.',
            format: 'datetime',
            maxLength: 64,
          },
        },
      },
      inviteView: {
        type: 'object',
        description: 'A way into a conversation for whoever has its secret.',
        required: [
          'inviteId',
          'convoId',
          'createdBy',
          'createdAt',
          'uses',
          'revoked',
        ],
        properties: {
          inviteId: {
            type: 'string',
            description: 'Name of the invite; it opens nothing.',
            minLength: 32,
            maxLength: 32,
          },
          convoId: {
            type: 'string',
            description: 'The conversation that it opens.',
            minLength: 32,
            maxLength: 128,
          },
          secret: {
            type: 'string',
            description:
              'What opens the conversation. Only in the answer to `createInvite`: the service keeps a hash of it.',
            minLength: 1,
            maxLength: 256,
          },
          createdBy: {
            type: 'string',
            description:
              'The admin who made it; `did:web:deleted.invalid` for an account that was deleted since.',
            format: 'did',
            maxLength: 256,
          },
          createdAt: {
            type: 'string',
            description: 'When it was made.',
            format: 'datetime',
            maxLength: 64,
          },
          expiresAt: {
            type: 'string',
            description: 'Until when it opens anything; absent: for ever.',
            format: 'datetime',
            maxLength: 64,
          },
          maxUses: {
            type: 'integer',
            description:
              'How many accounts may come in by it; absent: as many as there is room for.',
            minimum: 1,
            maximum: 10000,
          },
          uses: {
            type: 'integer',
            description: 'How many have.',
            minimum: 0,
            maximum: 9007199254740991,
          },
          revoked: {
            type: 'boolean',
            description: 'Whether an admin has ended it.',
          },
        },
      },
    },
  },
  BlueCatbirdMlsDeleteAccount: {
    lexicon: 1,
    id: 'blue.catbird.mls.deleteAccount',
    defs: {
      main: {
        type: 'procedure',
        description:
          "Delete the caller's account from this service: it leaves every conversation, its devices, key packages, welcomes, read positions and open streams end, and nothing that names it is kept but leaves that the next commit of a conversation removes, and for as long as events are kept those that tell others that it left. Repeating it changes nothing.",
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            properties: {},
          },
        },
        errors: [
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsDeleteBlob: {
    lexicon: 1,
    id: 'blue.catbird.mls.deleteBlob',
    defs: {
      main: {
        type: 'procedure',
        description:
          'Delete an attachment from the conversation, for everybody. Its uploader may, and admins.',
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['convoId', 'blobId'],
            properties: {
              convoId: {
                type: 'string',
                description:
                  'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
                minLength: 32,
                maxLength: 128,
              },
              blobId: {
                type: 'string',
                description:
                  'The blob: 64 lowercase hex digits, as `uploadBlob` answered.',
                minLength: 64,
                maxLength: 64,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            properties: {},
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'NotMember',
            description:
              'The caller is not a member of the conversation any more.',
          },
          {
            name: 'BlobNotFound',
            description:
              "The conversation has no such blob (any more), or it lies outside of the caller's memberships.",
          },
          {
            name: 'Forbidden',
            description:
              'The caller neither uploaded the blob nor is an admin.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database, the store of used tokens or the store of blobs is out of reach, or the latter is full: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsDeleteDevice: {
    lexicon: 1,
    id: 'blue.catbird.mls.deleteDevice',
    defs: {
      main: {
        type: 'procedure',
        description:
          "Delete a device of the caller's account for good: its unused key packages and pending welcomes go with it, and its leaves become pending removals in every conversation.",
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['deviceId'],
            properties: {
              deviceId: {
                type: 'string',
                description:
                  'The device to delete. Letters, digits, `.`, `_` and `-`.',
                minLength: 1,
                maxLength: 64,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['keyPackagesDeleted'],
            properties: {
              keyPackagesDeleted: {
                type: 'integer',
                description:
                  'How many unused key packages were deleted with the device.',
                minimum: 0,
                maximum: 9007199254740991,
              },
            },
          },
        },
        errors: [
          {
            name: 'DeviceNotFound',
            description: 'The account has no such device.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsDescribeServer: {
    lexicon: 1,
    id: 'blue.catbird.mls.describeServer',
    defs: {
      main: {
        type: 'query',
        description:
          'What this service is, offers and allows. Needs no authentication.',
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: [
              'did',
              'serviceId',
              'version',
              'cipherSuites',
              'publicUrl',
              'limits',
              'commitFraming',
              'epochGrace',
            ],
            properties: {
              did: {
                type: 'string',
                description: "The service's own DID: the audience of tokens.",
                format: 'did',
                maxLength: 256,
              },
              serviceId: {
                type: 'string',
                description:
                  "Id of the service's entry in its DID document, with the DID: the value of the `atproto-proxy` header.",
                minLength: 1,
                maxLength: 320,
              },
              version: {
                type: 'string',
                description: 'Version of the software.',
                maxLength: 64,
              },
              cipherSuites: {
                type: 'array',
                description:
                  'IANA names of the MLS cipher suites that are offered; each has passed a test of its own at start.',
                items: {
                  type: 'string',
                  maxLength: 128,
                },
                maxLength: 100,
              },
              publicUrl: {
                type: 'string',
                description:
                  'Address for what a PDS cannot pass on: large bodies, blobs, streams.',
                format: 'uri',
                maxLength: 2048,
              },
              limits: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.describeServer#limits',
              },
              commitFraming: {
                type: 'string',
                description:
                  '`public`: commits are PublicMessages and checked in full. `any`: encrypted commits are taken too, checked by their GroupInfo alone.',
                knownValues: ['public', 'any'],
                maxLength: 64,
              },
              requiresDeviceRecords: {
                type: 'boolean',
                description:
                  "Devices come in only if their account's repository has a `device` record with their key.",
              },
              epochGrace: {
                type: 'integer',
                description:
                  'How many epochs before the current one an application message may be encrypted in.',
                minimum: 0,
                maximum: 1000,
              },
              links: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.describeServer#links',
              },
              contact: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.describeServer#contact',
              },
              push: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.describeServer#push',
              },
            },
          },
        },
        errors: [
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
      limits: {
        type: 'object',
        description: 'How much of everything is allowed.',
        required: [
          'membersPerConvo',
          'leavesPerConvo',
          'devicesPerAccount',
          'keyPackagesPerDevice',
          'keyPackagesPerBatch',
          'keyPackageBytes',
          'keyPackageLifetimeDays',
          'keyPackageLeaseSeconds',
          'messageBytes',
          'handshakeBytes',
          'encryptedMetadataBytes',
          'blobBytes',
          'blobQuotaBytes',
          'eventRetentionDays',
          'welcomeRetentionDays',
        ],
        properties: {
          membersPerConvo: {
            type: 'integer',
            description: 'Accounts in a conversation.',
            minimum: 1,
            maximum: 9007199254740991,
          },
          leavesPerConvo: {
            type: 'integer',
            description: 'Devices in a conversation.',
            minimum: 1,
            maximum: 9007199254740991,
          },
          devicesPerAccount: {
            type: 'integer',
            description: 'Devices of an account.',
            minimum: 1,
            maximum: 9007199254740991,
          },
          keyPackagesPerDevice: {
            type: 'integer',
            description: 'Unused key packages of a device.',
            minimum: 1,
            maximum: 9007199254740991,
          },
          keyPackagesPerBatch: {
            type: 'integer',
            description: 'Key packages in one request.',
            minimum: 1,
            maximum: 9007199254740991,
          },
          keyPackageBytes: {
            type: 'integer',
            description: 'Size of a key package.',
            minimum: 1,
            maximum: 9007199254740991,
          },
          keyPackageLifetimeDays: {
            type: 'integer',
            description: 'Longest lifetime of a key package.',
            minimum: 1,
            maximum: 9007199254740991,
          },
          keyPackageLeaseSeconds: {
            type: 'integer',
            description: 'How long a leased key package is set aside.',
            minimum: 1,
            maximum: 9007199254740991,
          },
          messageBytes: {
            type: 'integer',
            description: 'Size of an application message.',
            minimum: 1,
            maximum: 9007199254740991,
          },
          handshakeBytes: {
            type: 'integer',
            description:
              'Size of a commit, of a welcome, and of a GroupInfo, each.',
            minimum: 1,
            maximum: 9007199254740991,
          },
          encryptedMetadataBytes: {
            type: 'integer',
            description: 'Size of `encryptedMetadata`.',
            minimum: 1,
            maximum: 9007199254740991,
          },
          blobBytes: {
            type: 'integer',
            description: 'Size of a blob.',
            minimum: 1,
            maximum: 9007199254740991,
          },
          blobQuotaBytes: {
            type: 'integer',
            description:
              'Size of all blobs of an account, each counted as 4 KiB at least.',
            minimum: 1,
            maximum: 9007199254740991,
          },
          eventRetentionDays: {
            type: 'integer',
            description:
              'How long events are kept, and so how old a cursor may be.',
            minimum: 1,
            maximum: 9007199254740991,
          },
          welcomeRetentionDays: {
            type: 'integer',
            description: 'How long a welcome waits.',
            minimum: 1,
            maximum: 9007199254740991,
          },
          messageRetentionDays: {
            type: 'integer',
            description:
              'How long the log keeps the ciphertext of application entries; absent: for ever.',
            minimum: 1,
            maximum: 9007199254740991,
          },
        },
      },
      links: {
        type: 'object',
        description: 'Pages about the service.',
        properties: {
          privacyPolicy: {
            type: 'string',
            description: 'Privacy policy.',
            format: 'uri',
            maxLength: 2048,
          },
          termsOfService: {
            type: 'string',
            description: 'Terms of service.',
            format: 'uri',
            maxLength: 2048,
          },
        },
      },
      contact: {
        type: 'object',
        description: 'Who runs the service.',
        properties: {
          email: {
            type: 'string',
            description: 'Address to write to.',
            maxLength: 320,
          },
        },
      },
      push: {
        type: 'object',
        description: 'How devices can be woken; absent where they cannot.',
        required: ['platforms'],
        properties: {
          platforms: {
            type: 'array',
            description: 'The platforms that `registerPush` takes.',
            items: {
              type: 'string',
              knownValues: ['ios', 'android', 'web'],
              maxLength: 64,
            },
            maxLength: 16,
          },
          vapidPublicKey: {
            type: 'string',
            description:
              'The `applicationServerKey` for Web Push subscriptions: base64url.',
            maxLength: 128,
          },
        },
      },
    },
  },
  BlueCatbirdMlsDevice: {
    lexicon: 1,
    id: 'blue.catbird.mls.device',
    defs: {
      main: {
        type: 'record',
        key: 'any',
        description:
          "In an account's own repository, under the id of one of its devices: the key of that device. Others check with it, against the signed repository, that a device in a group is the account's.",
        record: {
          type: 'object',
          required: ['signaturePublicKey', 'createdAt'],
          properties: {
            signaturePublicKey: {
              type: 'bytes',
              description:
                "The device's MLS signature public key, as in its leaves.",
              minLength: 1,
              maxLength: 4096,
            },
            name: {
              type: 'string',
              description:
                'What the owner calls the device. Public, like everything in a repository.',
              maxGraphemes: 64,
              maxLength: 640,
            },
            createdAt: {
              type: 'string',
              description: 'When the record was made.',
              format: 'datetime',
              maxLength: 64,
            },
          },
        },
      },
    },
  },
  BlueCatbirdMlsExportAccountData: {
    lexicon: 1,
    id: 'blue.catbird.mls.exportAccountData',
    defs: {
      main: {
        type: 'query',
        description:
          "Everything that this service holds about the caller's account, and nothing about others. Messages are not part of it: the service does not know who sent which.",
        output: {
          encoding: 'application/jsonl',
          description:
            'One JSON object a line; `type` says what it is about, and the first, of type `account`, whose export it is. Bytes are base64, times ISO 8601.',
        },
        errors: [
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsGetAvailability: {
    lexicon: 1,
    id: 'blue.catbird.mls.getAvailability',
    defs: {
      main: {
        type: 'query',
        description:
          'Tell for each account whether the caller could add it to a conversation now: it has a key package that can be used, and takes conversations from the caller. Nothing says why one cannot be reached. The caller may be a service with a DID of its own, for which it means: whether somebody who the account does not know could.',
        parameters: {
          type: 'params',
          required: ['dids'],
          properties: {
            dids: {
              type: 'array',
              description: 'The accounts.',
              items: {
                type: 'string',
                format: 'did',
                maxLength: 256,
              },
              minLength: 1,
              maxLength: 100,
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['accounts'],
            properties: {
              accounts: {
                type: 'array',
                description: 'Each account once, in the order of the question.',
                items: {
                  type: 'ref',
                  ref: 'lex:blue.catbird.mls.defs#availability',
                },
                maxLength: 100,
              },
            },
          },
        },
        errors: [
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsGetBlob: {
    lexicon: 1,
    id: 'blue.catbird.mls.getBlob',
    defs: {
      main: {
        type: 'query',
        description:
          'Get the ciphertext of an attachment, or with a `Range` header a part of it.',
        parameters: {
          type: 'params',
          required: ['convoId', 'blobId'],
          properties: {
            convoId: {
              type: 'string',
              description:
                'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
              minLength: 32,
              maxLength: 128,
            },
            blobId: {
              type: 'string',
              description:
                'The blob: 64 lowercase hex digits, as `uploadBlob` answered.',
              minLength: 64,
              maxLength: 64,
            },
          },
        },
        output: {
          encoding: 'application/octet-stream',
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'BlobNotFound',
            description:
              "The conversation has no such blob (any more), or it lies outside of the caller's memberships.",
          },
          {
            name: 'RangeNotSatisfiable',
            description:
              "The range begins behind the blob's end; `Content-Range` tells its size.",
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database, the store of used tokens or the store of blobs is out of reach, or the latter is full: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsGetBlocks: {
    lexicon: 1,
    id: 'blue.catbird.mls.getBlocks',
    defs: {
      main: {
        type: 'query',
        description:
          'List whom the caller has blocked here, the newest first. Blocks that it made in public, on its network, are not among them.',
        parameters: {
          type: 'params',
          properties: {
            limit: {
              type: 'integer',
              description: 'At most so many.',
              minimum: 1,
              maximum: 100,
              default: 50,
            },
            cursor: {
              type: 'string',
              description: 'From the page before.',
              maxLength: 512,
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['blocks'],
            properties: {
              blocks: {
                type: 'array',
                description: 'Whom the caller has blocked.',
                items: {
                  type: 'ref',
                  ref: 'lex:blue.catbird.mls.defs#blockView',
                },
                maxLength: 100,
              },
              cursor: {
                type: 'string',
                description: 'For the next page; absent on the last.',
                maxLength: 512,
              },
            },
          },
        },
        errors: [
          {
            name: 'InvalidCursor',
            description: 'The cursor was not made by this method.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsGetCommits: {
    lexicon: 1,
    id: 'blue.catbird.mls.getCommits',
    defs: {
      main: {
        type: 'query',
        description:
          'Read the commits of a range of epochs, ascending, as far as the caller may read the log; a former member may in its intervals. Ask again from the epoch after the last one received until a page is empty. A page stays under 8 MiB and may for that hold fewer commits than `limit`.',
        parameters: {
          type: 'params',
          required: ['convoId', 'fromEpoch'],
          properties: {
            convoId: {
              type: 'string',
              description:
                'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
              minLength: 32,
              maxLength: 128,
            },
            generation: {
              type: 'integer',
              description:
                "The generation; by default the one in the caller's view of the conversation.",
              minimum: 0,
              maximum: 9007199254740991,
            },
            fromEpoch: {
              type: 'integer',
              description: 'First epoch: the one that its commit ends.',
              minimum: 0,
              maximum: 9007199254740991,
            },
            toEpoch: {
              type: 'integer',
              description: 'Last epoch, included; by default the newest.',
              minimum: 0,
              maximum: 9007199254740991,
            },
            limit: {
              type: 'integer',
              description: 'How many commits a page holds at most.',
              minimum: 1,
              maximum: 100,
              default: 50,
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['convoId', 'commits'],
            properties: {
              convoId: {
                type: 'string',
                description:
                  'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
                minLength: 32,
                maxLength: 128,
              },
              commits: {
                type: 'array',
                description: 'Log entries of kind commit.',
                items: {
                  type: 'ref',
                  ref: 'lex:blue.catbird.mls.defs#messageView',
                },
                maxLength: 100,
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsGetConvo: {
    lexicon: 1,
    id: 'blue.catbird.mls.getConvo',
    defs: {
      main: {
        type: 'query',
        description:
          'Get one conversation. A former member gets it as it was at the last entry that it may read, with `status` `left` and without the roster.',
        parameters: {
          type: 'params',
          required: ['convoId'],
          properties: {
            convoId: {
              type: 'string',
              description:
                'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
              minLength: 32,
              maxLength: 128,
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['convo'],
            properties: {
              convo: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.defs#convoView',
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsGetConvoHealth: {
    lexicon: 1,
    id: 'blue.catbird.mls.getConvoHealth',
    defs: {
      main: {
        type: 'query',
        description:
          'Tell why a device of the caller cannot follow a conversation, and which method cures it: as far as the ratchet tree and the welcomes show it, and what the device says of its own state.',
        parameters: {
          type: 'params',
          required: ['convoId', 'deviceId'],
          properties: {
            convoId: {
              type: 'string',
              description:
                'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
              minLength: 32,
              maxLength: 128,
            },
            deviceId: {
              type: 'string',
              description:
                "A device of the caller's account. Letters, digits, `.`, `_` and `-`.",
              minLength: 1,
              maxLength: 64,
            },
            generation: {
              type: 'integer',
              description:
                'The generation of the group that the device has state of; by default the current one.',
              minimum: 0,
              maximum: 9007199254740991,
            },
            epoch: {
              type: 'integer',
              description:
                "The epoch that the device's state is in. Without it nothing is said of the epoch.",
              minimum: 0,
              maximum: 9007199254740991,
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['problems'],
            properties: {
              problems: {
                type: 'array',
                description:
                  'What is wrong, the first cure first; empty if the device can follow.',
                items: {
                  type: 'ref',
                  ref: 'lex:blue.catbird.mls.defs#convoProblem',
                },
                maxLength: 20,
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'NotMember',
            description:
              'The caller is not a member of the conversation any more.',
          },
          {
            name: 'DeviceUnknown',
            description:
              'The device is not registered for this account, or was deleted.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsGetConvos: {
    lexicon: 1,
    id: 'blue.catbird.mls.getConvos',
    defs: {
      main: {
        type: 'query',
        description:
          "List the caller's conversations, that of the newest membership first. A membership keeps its place as long as it lasts, so that paging skips and repeats none; one that begins meanwhile is not in a later page, but the event stream tells of it.",
        parameters: {
          type: 'params',
          properties: {
            limit: {
              type: 'integer',
              description: 'How many conversations a page holds at most.',
              minimum: 1,
              maximum: 100,
              default: 50,
            },
            cursor: {
              type: 'string',
              description:
                'Where the page before ended: the `cursor` of its answer. Opaque.',
              maxLength: 512,
            },
            status: {
              type: 'string',
              description:
                'Only conversations in which the caller has this standing. By default `accepted` and `request`; those that the caller has `left`, or was removed from, are listed only when asked for.',
              knownValues: ['accepted', 'request', 'left'],
              maxLength: 64,
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['conversations'],
            properties: {
              conversations: {
                type: 'array',
                description: 'A page of conversations.',
                items: {
                  type: 'ref',
                  ref: 'lex:blue.catbird.mls.defs#convoView',
                },
                maxLength: 100,
              },
              cursor: {
                type: 'string',
                description:
                  'Give it back for the next page; absent on the last one. Opaque.',
                maxLength: 512,
              },
            },
          },
        },
        errors: [
          {
            name: 'InvalidCursor',
            description: 'The cursor was not made by this method.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsGetEpoch: {
    lexicon: 1,
    id: 'blue.catbird.mls.getEpoch',
    defs: {
      main: {
        type: 'query',
        description: 'Tell where a conversation stands.',
        parameters: {
          type: 'params',
          required: ['convoId'],
          properties: {
            convoId: {
              type: 'string',
              description:
                'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
              minLength: 32,
              maxLength: 128,
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['convoId', 'currentEpoch', 'generation', 'lastSeq'],
            properties: {
              convoId: {
                type: 'string',
                description:
                  'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
                minLength: 32,
                maxLength: 128,
              },
              currentEpoch: {
                type: 'integer',
                description: 'The current epoch.',
                minimum: 0,
                maximum: 9007199254740991,
              },
              generation: {
                type: 'integer',
                description: 'The current generation.',
                minimum: 0,
                maximum: 9007199254740991,
              },
              lastSeq: {
                type: 'integer',
                description:
                  'Highest position that the caller may read; 0 in an empty log.',
                minimum: 0,
                maximum: 9007199254740991,
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'NotMember',
            description:
              'The caller is not a member of the conversation any more.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsGetGroupInfo: {
    lexicon: 1,
    id: 'blue.catbird.mls.getGroupInfo',
    defs: {
      main: {
        type: 'query',
        description:
          'Get the public state of the current epoch, as it is needed for an external commit. For members, with or without a device in the tree.',
        parameters: {
          type: 'params',
          required: ['convoId'],
          properties: {
            convoId: {
              type: 'string',
              description:
                'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
              minLength: 32,
              maxLength: 128,
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['groupInfo', 'ratchetTree', 'epoch'],
            properties: {
              groupInfo: {
                type: 'bytes',
                description:
                  'MLSMessage with the GroupInfo of the current epoch.',
                maxLength: 4194304,
              },
              ratchetTree: {
                type: 'bytes',
                description:
                  'The ratchet tree of that epoch as in the `ratchet_tree` extension (RFC 9420 §12.4.3.3).',
                maxLength: 4194304,
              },
              epoch: {
                type: 'integer',
                description: 'The current epoch.',
                minimum: 0,
                maximum: 9007199254740991,
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'NotMember',
            description:
              'The caller is not a member of the conversation any more.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsGetInvites: {
    lexicon: 1,
    id: 'blue.catbird.mls.getInvites',
    defs: {
      main: {
        type: 'query',
        description:
          'List the invites of a conversation without their secrets, the newest first; those that have ended too, as far as they are kept. For members, who see in `getMembers` who came by which.',
        parameters: {
          type: 'params',
          required: ['convoId'],
          properties: {
            convoId: {
              type: 'string',
              description:
                'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
              minLength: 32,
              maxLength: 128,
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['invites'],
            properties: {
              invites: {
                type: 'array',
                description: 'The invites.',
                items: {
                  type: 'ref',
                  ref: 'lex:blue.catbird.mls.defs#inviteView',
                },
                maxLength: 100,
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'NotMember',
            description:
              'The caller is not a member of the conversation any more.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsGetKeyPackageStatus: {
    lexicon: 1,
    id: 'blue.catbird.mls.getKeyPackageStatus',
    defs: {
      main: {
        type: 'query',
        description:
          "Tell the stock of the caller's key packages, for each device and cipher suite.",
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['devices'],
            properties: {
              devices: {
                type: 'array',
                description: 'One item for each device and cipher suite.',
                items: {
                  type: 'ref',
                  ref: 'lex:blue.catbird.mls.defs#keyPackageStatus',
                },
                maxLength: 1000,
              },
            },
          },
        },
        errors: [
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsGetKeyPackages: {
    lexicon: 1,
    id: 'blue.catbird.mls.getKeyPackages',
    defs: {
      main: {
        type: 'query',
        description:
          "Lease one key package of every device of each account, the caller's own devices included. Asking again for the same conversation while the lease lasts gives the same packages. A commit by the caller uses them up; a lease that ends unused puts them back. Leave out the devices that are in the tree already. An account that would not be added by the caller, since it blocks the caller or declares so, looks like one without packages.",
        parameters: {
          type: 'params',
          required: ['dids'],
          properties: {
            dids: {
              type: 'array',
              description: 'The accounts.',
              items: {
                type: 'string',
                format: 'did',
                maxLength: 256,
              },
              minLength: 1,
              maxLength: 100,
            },
            cipherSuite: {
              type: 'string',
              description:
                'IANA name of the cipher suite wanted; for an existing conversation its own suite counts.',
              maxLength: 128,
            },
            convoId: {
              type: 'string',
              description:
                'The conversation that the packages are for; may be one that is yet to be created. Without it the lease holds for any one conversation.',
              minLength: 32,
              maxLength: 128,
            },
            deviceIds: {
              type: 'array',
              description: 'Only these devices.',
              items: {
                type: 'string',
                minLength: 1,
                maxLength: 64,
              },
              maxLength: 100,
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['keyPackages', 'missing'],
            properties: {
              keyPackages: {
                type: 'array',
                description: 'At most one package for each device.',
                items: {
                  type: 'ref',
                  ref: 'lex:blue.catbird.mls.defs#leasedKeyPackage',
                },
                maxLength: 10000,
              },
              missing: {
                type: 'array',
                description: 'Accounts and devices without one.',
                items: {
                  type: 'ref',
                  ref: 'lex:blue.catbird.mls.defs#missingKeyPackage',
                },
                maxLength: 10000,
              },
            },
          },
        },
        errors: [
          {
            name: 'InvalidCipherSuite',
            description:
              'The cipher suite is not offered here, or is not the one that is needed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsGetMembers: {
    lexicon: 1,
    id: 'blue.catbird.mls.getMembers',
    defs: {
      main: {
        type: 'query',
        description:
          'List the members of a conversation, in the order of joining, with their devices in the verified ratchet tree.',
        parameters: {
          type: 'params',
          required: ['convoId'],
          properties: {
            convoId: {
              type: 'string',
              description:
                'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
              minLength: 32,
              maxLength: 128,
            },
            limit: {
              type: 'integer',
              description: 'How many members a page holds at most.',
              minimum: 1,
              maximum: 100,
              default: 50,
            },
            cursor: {
              type: 'string',
              description:
                'Where the page before ended: the `cursor` of its answer. Opaque.',
              maxLength: 512,
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['members'],
            properties: {
              members: {
                type: 'array',
                description: 'A page of members.',
                items: {
                  type: 'ref',
                  ref: 'lex:blue.catbird.mls.defs#memberView',
                },
                maxLength: 100,
              },
              cursor: {
                type: 'string',
                description:
                  'Give it back for the next page; absent on the last one. Opaque.',
                maxLength: 512,
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'NotMember',
            description:
              'The caller is not a member of the conversation any more.',
          },
          {
            name: 'InvalidCursor',
            description: 'The cursor was not made by this method.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsGetMessages: {
    lexicon: 1,
    id: 'blue.catbird.mls.getMessages',
    defs: {
      main: {
        type: 'query',
        description:
          "Read a conversation's log, entries of all kinds, ascending. With `sinceSeq` a page holds the oldest entries after it, otherwise the newest before `beforeSeq` or the end. Only what lies in the caller's intervals is there, also for a former member; positions between two of them are skipped. A page stays under 8 MiB and may for that hold fewer entries than `limit`.",
        parameters: {
          type: 'params',
          required: ['convoId'],
          properties: {
            convoId: {
              type: 'string',
              description:
                'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
              minLength: 32,
              maxLength: 128,
            },
            sinceSeq: {
              type: 'integer',
              description: 'Read on after this position.',
              minimum: 0,
              maximum: 9007199254740991,
            },
            beforeSeq: {
              type: 'integer',
              description:
                'Read what comes before this position; together with `sinceSeq` the end of the range.',
              minimum: 1,
              maximum: 9007199254740991,
            },
            limit: {
              type: 'integer',
              description: 'How many entries a page holds at most.',
              minimum: 1,
              maximum: 100,
              default: 50,
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['messages', 'lastSeq', 'hasMore'],
            properties: {
              messages: {
                type: 'array',
                description: 'A page of entries, by ascending `seq`.',
                items: {
                  type: 'ref',
                  ref: 'lex:blue.catbird.mls.defs#messageView',
                },
                maxLength: 100,
              },
              lastSeq: {
                type: 'integer',
                description:
                  'Highest position in this page; in an empty one `sinceSeq`, or 0.',
                minimum: 0,
                maximum: 9007199254740991,
              },
              hasMore: {
                type: 'boolean',
                description:
                  'Whether more entries lie in the direction that was read.',
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsGetReports: {
    lexicon: 1,
    id: 'blue.catbird.mls.getReports',
    defs: {
      main: {
        type: 'query',
        description:
          'List the reports in a conversation, the oldest first. For its admins and moderators; nobody sees reports about themselves.',
        parameters: {
          type: 'params',
          required: ['convoId'],
          properties: {
            convoId: {
              type: 'string',
              description:
                'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
              minLength: 32,
              maxLength: 128,
            },
            status: {
              type: 'string',
              description: 'Only reports of this status.',
              knownValues: ['open', 'resolved'],
              maxLength: 64,
            },
            limit: {
              type: 'integer',
              description: 'How many reports a page holds at most.',
              minimum: 1,
              maximum: 100,
              default: 50,
            },
            cursor: {
              type: 'string',
              description:
                'Where the page before ended: the `cursor` of its answer. Opaque.',
              maxLength: 512,
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['reports'],
            properties: {
              reports: {
                type: 'array',
                description: 'A page of reports.',
                items: {
                  type: 'ref',
                  ref: 'lex:blue.catbird.mls.defs#reportView',
                },
                maxLength: 100,
              },
              cursor: {
                type: 'string',
                description:
                  'Give it back for the next page; absent on the last one. Opaque.',
                maxLength: 512,
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'NotMember',
            description:
              'The caller is not a member of the conversation any more.',
          },
          {
            name: 'NotAdmin',
            description: 'The caller is neither admin nor moderator.',
          },
          {
            name: 'InvalidCursor',
            description: 'The cursor was not made by this method.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsGetSubscriptionTicket: {
    lexicon: 1,
    id: 'blue.catbird.mls.getSubscriptionTicket',
    defs: {
      main: {
        type: 'procedure',
        description:
          'Get a ticket that opens one event stream within 30 seconds, for clients that cannot send headers or reach the service through a proxy.',
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            properties: {
              deviceId: {
                type: 'string',
                description:
                  'The device that will listen: the stream ends when it is deleted. Letters, digits, `.`, `_` and `-`.',
                minLength: 1,
                maxLength: 64,
              },
              convoId: {
                type: 'string',
                description:
                  'Bind the ticket to the events of one conversation.',
                minLength: 32,
                maxLength: 128,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['ticket', 'endpoint', 'expiresAt'],
            properties: {
              ticket: {
                type: 'string',
                description:
                  'Value of the `ticket` parameter. Good for one use.',
                minLength: 1,
                maxLength: 1024,
              },
              endpoint: {
                type: 'string',
                description: 'Address of the stream.',
                format: 'uri',
                maxLength: 2048,
              },
              expiresAt: {
                type: 'string',
                description: 'Until when the ticket can be used.',
                format: 'datetime',
                maxLength: 64,
              },
            },
          },
        },
        errors: [
          {
            name: 'DeviceUnknown',
            description:
              'The device is not registered for this account, or was deleted.',
          },
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'NotMember',
            description:
              'The caller is not a member of the conversation any more.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsGetWelcomes: {
    lexicon: 1,
    id: 'blue.catbird.mls.getWelcomes',
    defs: {
      main: {
        type: 'query',
        description: 'List the welcomes that wait for a device of the caller.',
        parameters: {
          type: 'params',
          required: ['deviceId'],
          properties: {
            deviceId: {
              type: 'string',
              description:
                "A device of the caller's account. Letters, digits, `.`, `_` and `-`.",
              minLength: 1,
              maxLength: 64,
            },
            limit: {
              type: 'integer',
              description: 'How many welcomes a page holds at most.',
              minimum: 1,
              maximum: 100,
              default: 50,
            },
            cursor: {
              type: 'string',
              description:
                'Where the page before ended: the `cursor` of its answer. Opaque.',
              maxLength: 512,
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['welcomes'],
            properties: {
              welcomes: {
                type: 'array',
                description: 'A page of welcomes.',
                items: {
                  type: 'ref',
                  ref: 'lex:blue.catbird.mls.defs#welcomeView',
                },
                maxLength: 100,
              },
              cursor: {
                type: 'string',
                description:
                  'Give it back for the next page; absent on the last one. Opaque.',
                maxLength: 512,
              },
            },
          },
        },
        errors: [
          {
            name: 'DeviceUnknown',
            description:
              'The device is not registered for this account, or was deleted.',
          },
          {
            name: 'InvalidCursor',
            description: 'The cursor was not made by this method.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsJoinConvo: {
    lexicon: 1,
    id: 'blue.catbird.mls.joinConvo',
    defs: {
      main: {
        type: 'procedure',
        description:
          "Come into a conversation by an external commit, with nobody else online: another device of a member, a device that lost its state, or an account that holds an invite. The commit is a PublicMessage and removes at most the device's own old leaf.",
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['convoId', 'change'],
            properties: {
              convoId: {
                type: 'string',
                description:
                  'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
                minLength: 32,
                maxLength: 128,
              },
              change: {
                type: 'ref',
                description: 'The external commit, without a welcome.',
                ref: 'lex:blue.catbird.mls.defs#change',
              },
              invite: {
                type: 'string',
                description:
                  'Secret of an invite, for an account that is not a member.',
                minLength: 1,
                maxLength: 256,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['success', 'newEpoch', 'seq'],
            properties: {
              success: {
                type: 'boolean',
                description: 'Always true: a refusal is an error.',
              },
              newEpoch: {
                type: 'integer',
                description: 'The epoch that the commit made.',
                minimum: 0,
                maximum: 9007199254740991,
              },
              seq: {
                type: 'integer',
                description: "The commit's position in the log.",
                minimum: 1,
                maximum: 9007199254740991,
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'NotMember',
            description:
              'The caller is not a member of the conversation any more.',
          },
          {
            name: 'EpochMismatch',
            description:
              "The message was not made for an epoch (or generation) that is accepted now; the answer's message names the current ones.",
          },
          {
            name: 'PendingRemovals',
            description:
              'The commit does not remove every leaf that is pending removal.',
          },
          {
            name: 'InvalidMlsMessage',
            description:
              'The bytes are not exactly one canonical MLSMessage of the expected kind.',
          },
          {
            name: 'InvalidCommit',
            description:
              'The commit breaks a rule; the message names it and its section of RFC 9420.',
          },
          {
            name: 'InvalidGroupInfo',
            description:
              'The GroupInfo is not the signed state that it should be; the message names the rule.',
          },
          {
            name: 'InvalidWelcome',
            description:
              'The welcome is missing, or does not name exactly the key packages that the commit adds.',
          },
          {
            name: 'InvalidKeyPackage',
            description:
              'A key package breaks a rule, or is not leased to the caller for this; the message names which and why.',
          },
          {
            name: 'DeviceUnknown',
            description:
              'The device is not registered for this account, or was deleted.',
          },
          {
            name: 'Forbidden',
            description:
              "The caller's role does not allow what the request would do, or the conversation is closed.",
          },
          {
            name: 'NotAdmin',
            description: 'Only admins of the conversation may do this.',
          },
          {
            name: 'AlreadyMember',
            description:
              'A device that the commit adds is in the group already.',
          },
          {
            name: 'TooManyMembers',
            description:
              'The conversation would have more members or leaves than allowed.',
          },
          {
            name: 'TooManyDevices',
            description: 'The account has as many devices as allowed.',
          },
          {
            name: 'BlockedByMember',
            description:
              'Somebody who would come in and a member, or another who would, block one another.',
          },
          {
            name: 'InviteNotFound',
            description:
              'There is no such invite for the conversation, or it has expired, was revoked or is used up.',
          },
          {
            name: 'QuotaExceeded',
            description:
              'The account or the conversation has as many of these as allowed.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsLeaveConvo: {
    lexicon: 1,
    id: 'blue.catbird.mls.leaveConvo',
    defs: {
      main: {
        type: 'procedure',
        description:
          "End the caller's membership at once. The leaves left behind become pending removals. The last member to leave closes the conversation.",
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['convoId'],
            properties: {
              convoId: {
                type: 'string',
                description:
                  'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
                minLength: 32,
                maxLength: 128,
              },
              joinedSeq: {
                type: 'integer',
                description:
                  'The `joinedSeq` of the membership to end, so that a late retry does not end a newer one.',
                minimum: 0,
                maximum: 9007199254740991,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['success', 'newEpoch', 'seq'],
            properties: {
              success: {
                type: 'boolean',
                description: 'Always true: a refusal is an error.',
              },
              newEpoch: {
                type: 'integer',
                description: 'The epoch as it is: leaving makes none.',
                minimum: 0,
                maximum: 9007199254740991,
              },
              seq: {
                type: 'integer',
                description:
                  "The membership's `leftSeq`: the last position of the log when the caller left. Leaving writes no entry.",
                minimum: 0,
                maximum: 9007199254740991,
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsListDevices: {
    lexicon: 1,
    id: 'blue.catbird.mls.listDevices',
    defs: {
      main: {
        type: 'query',
        description:
          'List the devices of an account with their signature public keys.',
        parameters: {
          type: 'params',
          properties: {
            did: {
              type: 'string',
              description: "The account; the caller's own by default.",
              format: 'did',
              maxLength: 256,
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['devices'],
            properties: {
              devices: {
                type: 'array',
                description: 'The devices that are registered now.',
                items: {
                  type: 'ref',
                  ref: 'lex:blue.catbird.mls.defs#deviceView',
                },
                maxLength: 100,
              },
            },
          },
        },
        errors: [
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsMuteConvo: {
    lexicon: 1,
    id: 'blue.catbird.mls.muteConvo',
    defs: {
      main: {
        type: 'procedure',
        description:
          'Keep a conversation quiet for the caller, on all of its devices. It stays muted if the caller leaves and comes again.',
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['convoId'],
            properties: {
              convoId: {
                type: 'string',
                description:
                  'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
                minLength: 32,
                maxLength: 128,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['convo'],
            properties: {
              convo: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.defs#convoView',
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'NotMember',
            description:
              'The caller is not a member of the conversation any more.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds, or `seq` is no entry that the caller may read; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsPreviewInvite: {
    lexicon: 1,
    id: 'blue.catbird.mls.previewInvite',
    defs: {
      main: {
        type: 'procedure',
        description:
          'See what an invite opens, and get what an external commit for `joinConvo` is built on. It uses nothing up. At most 20 a minute.',
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['secret'],
            properties: {
              secret: {
                type: 'string',
                description: "The invite's secret.",
                minLength: 1,
                maxLength: 256,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: [
              'convoId',
              'kind',
              'memberCount',
              'groupInfo',
              'ratchetTree',
              'epoch',
            ],
            properties: {
              convoId: {
                type: 'string',
                description:
                  'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
                minLength: 32,
                maxLength: 128,
              },
              kind: {
                type: 'string',
                description: 'What kind of conversation it is.',
                knownValues: ['group', 'direct'],
                maxLength: 64,
              },
              memberCount: {
                type: 'integer',
                description: 'How many accounts are members.',
                minimum: 0,
                maximum: 9007199254740991,
              },
              metadata: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.defs#metadata',
              },
              groupInfo: {
                type: 'bytes',
                description:
                  'MLSMessage with the GroupInfo of the current epoch.',
                maxLength: 4194304,
              },
              ratchetTree: {
                type: 'bytes',
                description:
                  'The ratchet tree of that epoch as in the `ratchet_tree` extension (RFC 9420 §12.4.3.3).',
                maxLength: 4194304,
              },
              epoch: {
                type: 'integer',
                description: 'The current epoch.',
                minimum: 0,
                maximum: 9007199254740991,
              },
            },
          },
        },
        errors: [
          {
            name: 'InviteNotFound',
            description:
              'There is no such invite for the conversation, or it has expired, was revoked or is used up.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds, or `seq` is no entry that the caller may read; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsPublishKeyPackage: {
    lexicon: 1,
    id: 'blue.catbird.mls.publishKeyPackage',
    defs: {
      main: {
        type: 'procedure',
        description:
          "Publish one key package. It must decode exactly, be signed by the device's key, name the caller in its credential (`<did>#<deviceId>`), be of an offered suite, and live now and for at most 90 days. A device that is new is registered by it.",
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['keyPackage'],
            properties: {
              keyPackage: {
                type: 'bytes',
                description: 'MLSMessage with the KeyPackage.',
                maxLength: 65536,
              },
              cipherSuite: {
                type: 'string',
                description:
                  'IANA name of its cipher suite; if given, it must be the one in the package.',
                maxLength: 128,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['keyPackage'],
            properties: {
              keyPackage: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.defs#keyPackageView',
              },
            },
          },
        },
        errors: [
          {
            name: 'InvalidKeyPackage',
            description:
              'A key package breaks a rule, or is not leased to the caller for this; the message names which and why.',
          },
          {
            name: 'InvalidCipherSuite',
            description:
              'The cipher suite is not offered here, or is not the one that is needed.',
          },
          {
            name: 'DeviceUnknown',
            description:
              'The device is not registered for this account, or was deleted.',
          },
          {
            name: 'DeviceKeyMismatch',
            description:
              "The device is registered with another signature key, or its account's repository names another.",
          },
          {
            name: 'DeviceRecordMissing',
            description:
              "The service insists on device records, and the account's repository has none for this device.",
          },
          {
            name: 'TooManyDevices',
            description: 'The account has as many devices as allowed.',
          },
          {
            name: 'TooManyKeyPackages',
            description: 'The device has as many key packages as allowed.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsPublishKeyPackages: {
    lexicon: 1,
    id: 'blue.catbird.mls.publishKeyPackages',
    defs: {
      main: {
        type: 'procedure',
        description:
          "Publish up to 100 key packages, all or none; an error names the index of the one at fault. Each must decode exactly, be signed by the device's key, name the caller in its credential (`<did>#<deviceId>`), be of an offered suite, and live now and for at most 90 days. Devices that are new are registered by them.",
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['keyPackages'],
            properties: {
              keyPackages: {
                type: 'array',
                description: 'The packages.',
                items: {
                  type: 'bytes',
                  description: 'MLSMessage with a KeyPackage.',
                  maxLength: 65536,
                },
                minLength: 1,
                maxLength: 100,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['keyPackages'],
            properties: {
              keyPackages: {
                type: 'array',
                description: 'What was published, in the order of the input.',
                items: {
                  type: 'ref',
                  ref: 'lex:blue.catbird.mls.defs#keyPackageView',
                },
                maxLength: 100,
              },
            },
          },
        },
        errors: [
          {
            name: 'InvalidKeyPackage',
            description:
              'A key package breaks a rule, or is not leased to the caller for this; the message names which and why.',
          },
          {
            name: 'InvalidCipherSuite',
            description:
              'The cipher suite is not offered here, or is not the one that is needed.',
          },
          {
            name: 'DeviceUnknown',
            description:
              'The device is not registered for this account, or was deleted.',
          },
          {
            name: 'DeviceKeyMismatch',
            description:
              "The device is registered with another signature key, or its account's repository names another.",
          },
          {
            name: 'DeviceRecordMissing',
            description:
              "The service insists on device records, and the account's repository has none for this device.",
          },
          {
            name: 'TooManyDevices',
            description: 'The account has as many devices as allowed.',
          },
          {
            name: 'TooManyKeyPackages',
            description: 'The device has as many key packages as allowed.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsRegisterDevice: {
    lexicon: 1,
    id: 'blue.catbird.mls.registerDevice',
    defs: {
      main: {
        type: 'procedure',
        description:
          "Register a device of the caller's account with its signature public key, and publish its first key packages. Publishing a key package alone registers its device too; this method also sets the name. A device's key never changes, and a deleted device or key cannot be registered again.",
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['deviceId', 'signaturePublicKey'],
            properties: {
              deviceId: {
                type: 'string',
                description:
                  'Name of the device, unique within the account. Letters, digits, `.`, `_` and `-`.',
                minLength: 1,
                maxLength: 64,
              },
              signaturePublicKey: {
                type: 'bytes',
                description:
                  "The device's MLS signature public key, as in its leaves.",
                minLength: 1,
                maxLength: 4096,
              },
              name: {
                type: 'string',
                description:
                  'What the owner calls the device; told to the account itself only.',
                maxGraphemes: 64,
                maxLength: 640,
              },
              keyPackages: {
                type: 'array',
                description: 'Key packages to publish with it, all or none.',
                items: {
                  type: 'bytes',
                  description: 'MLSMessage with a KeyPackage of this device.',
                  maxLength: 65536,
                },
                maxLength: 100,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['device'],
            properties: {
              device: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.defs#deviceView',
              },
            },
          },
        },
        errors: [
          {
            name: 'DeviceKeyMismatch',
            description:
              "The device is registered with another signature key, or its account's repository names another.",
          },
          {
            name: 'DeviceRecordMissing',
            description:
              "The service insists on device records, and the account's repository has none for this device.",
          },
          {
            name: 'DeviceUnknown',
            description:
              'A device of this name, or with this key, was deleted: take a new name and a new key.',
          },
          {
            name: 'InvalidKeyPackage',
            description:
              'A key package breaks a rule, or is not leased to the caller for this; the message names which and why.',
          },
          {
            name: 'InvalidCipherSuite',
            description:
              'The cipher suite is not offered here, or is not the one that is needed.',
          },
          {
            name: 'TooManyDevices',
            description: 'The account has as many devices as allowed.',
          },
          {
            name: 'TooManyKeyPackages',
            description: 'The device has as many key packages as allowed.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsRegisterPush: {
    lexicon: 1,
    id: 'blue.catbird.mls.registerPush',
    defs: {
      main: {
        type: 'procedure',
        description:
          'Let a device be woken by push notifications for new messages and welcomes. They say nothing but that something has happened: no account, no conversation, no text. A device has one token for a platform and app; a token belongs to the device that registered it last.',
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['deviceId', 'platform', 'token'],
            properties: {
              deviceId: {
                type: 'string',
                description:
                  "A device of the caller's account. Letters, digits, `.`, `_` and `-`.",
                minLength: 1,
                maxLength: 64,
              },
              platform: {
                type: 'string',
                description:
                  'Through which push service: APNs, FCM or Web Push.',
                knownValues: ['ios', 'android', 'web'],
                minLength: 1,
                maxLength: 64,
              },
              token: {
                type: 'string',
                description:
                  '`ios`: the APNs device token in hex. `android`: the FCM registration token. `web`: the PushSubscription as JSON, with `endpoint` and `keys`.',
                minLength: 1,
                maxLength: 4096,
              },
              appId: {
                type: 'string',
                description:
                  'The app that the token is for (`ios`: its bundle id), where it is another than the one that the service is set up for.',
                minLength: 1,
                maxLength: 256,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            properties: {},
          },
        },
        errors: [
          {
            name: 'DeviceUnknown',
            description: 'The account has no such device, or has deleted it.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsRemoveMembers: {
    lexicon: 1,
    id: 'blue.catbird.mls.removeMembers',
    defs: {
      main: {
        type: 'procedure',
        description:
          'Remove accounts with a commit that removes every leaf of theirs. An account without a device is removed by an empty commit that `didList` goes with.',
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['convoId', 'change'],
            properties: {
              convoId: {
                type: 'string',
                description:
                  'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
                minLength: 32,
                maxLength: 128,
              },
              change: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.defs#change',
              },
              didList: {
                type: 'array',
                description:
                  'The accounts that the request removes, pending removals aside. If given, it must be exactly these.',
                items: {
                  type: 'string',
                  format: 'did',
                  maxLength: 256,
                },
                maxLength: 2000,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['success', 'newEpoch', 'seq'],
            properties: {
              success: {
                type: 'boolean',
                description: 'Always true: a refusal is an error.',
              },
              newEpoch: {
                type: 'integer',
                description: 'The epoch that the commit made.',
                minimum: 0,
                maximum: 9007199254740991,
              },
              seq: {
                type: 'integer',
                description: "The commit's position in the log.",
                minimum: 1,
                maximum: 9007199254740991,
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'NotMember',
            description:
              'The caller is not a member of the conversation any more.',
          },
          {
            name: 'EpochMismatch',
            description:
              "The message was not made for an epoch (or generation) that is accepted now; the answer's message names the current ones.",
          },
          {
            name: 'PendingRemovals',
            description:
              'The commit does not remove every leaf that is pending removal.',
          },
          {
            name: 'InvalidMlsMessage',
            description:
              'The bytes are not exactly one canonical MLSMessage of the expected kind.',
          },
          {
            name: 'InvalidCommit',
            description:
              'The commit breaks a rule; the message names it and its section of RFC 9420.',
          },
          {
            name: 'InvalidGroupInfo',
            description:
              'The GroupInfo is not the signed state that it should be; the message names the rule.',
          },
          {
            name: 'InvalidWelcome',
            description:
              'The welcome is missing, or does not name exactly the key packages that the commit adds.',
          },
          {
            name: 'InvalidKeyPackage',
            description:
              'A key package breaks a rule, or is not leased to the caller for this; the message names which and why.',
          },
          {
            name: 'DeviceUnknown',
            description:
              'The device is not registered for this account, or was deleted.',
          },
          {
            name: 'Forbidden',
            description:
              "The caller's role does not allow what the request would do, or the conversation is closed.",
          },
          {
            name: 'NotAdmin',
            description: 'Only admins of the conversation may do this.',
          },
          {
            name: 'AlreadyMember',
            description:
              'A device that the commit adds is in the group already.',
          },
          {
            name: 'TooManyMembers',
            description:
              'The conversation would have more members or leaves than allowed.',
          },
          {
            name: 'QuotaExceeded',
            description:
              'An account would be a member of more than 1,000 conversations; the message names it.',
          },
          {
            name: 'TooManyDevices',
            description: 'The account has as many devices as allowed.',
          },
          {
            name: 'IncomingNotAllowed',
            description:
              'An account that would be added lets nobody add it, or only those whom it follows.',
          },
          {
            name: 'BlockedByMember',
            description:
              'Somebody who would come in and a member, or another who would, block one another.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsReportMember: {
    lexicon: 1,
    id: 'blue.catbird.mls.reportMember',
    defs: {
      main: {
        type: 'procedure',
        description:
          'Report somebody who is or was in a conversation that the caller is or was in, to its admins and moderators and to the operators of the service. The same report again, while it is open, is no other. Five a minute by default.',
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['convoId', 'did', 'category'],
            properties: {
              convoId: {
                type: 'string',
                description:
                  'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
                minLength: 32,
                maxLength: 128,
              },
              did: {
                type: 'string',
                description: 'Who is reported.',
                format: 'did',
                maxLength: 256,
              },
              category: {
                type: 'string',
                description: 'What for.',
                knownValues: [
                  'spam',
                  'harassment',
                  'hate',
                  'violence',
                  'sexual',
                  'childSafety',
                  'selfHarm',
                  'impersonation',
                  'other',
                ],
                minLength: 1,
                maxLength: 64,
              },
              encryptedContent: {
                type: 'bytes',
                description:
                  'What the reporter shows to those who moderate, encrypted by the reporter so that only they can read it. How is up to the clients; the service cannot read it.',
                maxLength: 65536,
              },
              messageIds: {
                type: 'array',
                description:
                  'Ids of the messages that it is about (`messageView.id`); the caller must be able to read them.',
                items: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 128,
                },
                maxLength: 50,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['reportId'],
            properties: {
              reportId: {
                type: 'string',
                description: 'Identifies the report.',
                minLength: 1,
                maxLength: 64,
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsResetConvo: {
    lexicon: 1,
    id: 'blue.catbird.mls.resetConvo',
    defs: {
      main: {
        type: 'procedure',
        description:
          'Put a conversation whose MLS group is beyond repair onto a new group: the generation goes up by one, the log goes on, members keep interval and role. For admins.',
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['convoId', 'genesis'],
            properties: {
              convoId: {
                type: 'string',
                description:
                  'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
                minLength: 32,
                maxLength: 128,
              },
              genesis: {
                type: 'bytes',
                description:
                  "MLSMessage with the GroupInfo of epoch 0 of a new group, signed by the caller's device, which is its only leaf, with `external_pub` and `ratchet_tree`.",
                maxLength: 4194304,
              },
              change: {
                type: 'ref',
                description:
                  "The commit that adds the members' devices to the new group.",
                ref: 'lex:blue.catbird.mls.defs#change',
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['convo'],
            properties: {
              convo: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.defs#convoView',
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'NotMember',
            description:
              'The caller is not a member of the conversation any more.',
          },
          {
            name: 'NotAdmin',
            description: 'Only admins of the conversation may do this.',
          },
          {
            name: 'Forbidden',
            description: 'The conversation is closed.',
          },
          {
            name: 'ConvoExists',
            description: 'The group id is taken by another group.',
          },
          {
            name: 'InvalidMlsMessage',
            description:
              'The bytes are not exactly one canonical MLSMessage of the expected kind.',
          },
          {
            name: 'InvalidGroupInfo',
            description:
              'The GroupInfo is not the signed state that it should be; the message names the rule.',
          },
          {
            name: 'InvalidCipherSuite',
            description:
              'The cipher suite is not offered here, or is not the one that is needed.',
          },
          {
            name: 'InvalidCommit',
            description:
              'The commit breaks a rule; the message names it and its section of RFC 9420.',
          },
          {
            name: 'InvalidWelcome',
            description:
              'The welcome is missing, or does not name exactly the key packages that the commit adds.',
          },
          {
            name: 'InvalidKeyPackage',
            description:
              'A key package breaks a rule, or is not leased to the caller for this; the message names which and why.',
          },
          {
            name: 'DeviceUnknown',
            description:
              'The device is not registered for this account, or was deleted.',
          },
          {
            name: 'AlreadyMember',
            description:
              'A device that the commit adds is in the group already.',
          },
          {
            name: 'TooManyMembers',
            description:
              'The conversation would have more members or leaves than allowed.',
          },
          {
            name: 'QuotaExceeded',
            description:
              'An account would be a member of more than 1,000 conversations; the message names it.',
          },
          {
            name: 'TooManyDevices',
            description: 'The account has as many devices as allowed.',
          },
          {
            name: 'IncomingNotAllowed',
            description:
              'An account that would be added lets nobody add it, or only those whom it follows.',
          },
          {
            name: 'BlockedByMember',
            description:
              'Somebody who would come in and a member, or another who would, block one another.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsResolveReport: {
    lexicon: 1,
    id: 'blue.catbird.mls.resolveReport',
    defs: {
      main: {
        type: 'procedure',
        description:
          'Note what was done about a report. For admins and moderators of its conversation, those aside whom it is about. The first resolution stays.',
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['reportId', 'action'],
            properties: {
              reportId: {
                type: 'string',
                description: 'The report.',
                minLength: 1,
                maxLength: 64,
              },
              action: {
                type: 'string',
                description: 'What was done about it.',
                knownValues: ['dismissed', 'warned', 'removed', 'escalated'],
                minLength: 1,
                maxLength: 64,
              },
              notes: {
                type: 'string',
                description: 'What those who moderate should know.',
                maxLength: 2000,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['report'],
            properties: {
              report: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.defs#reportView',
              },
            },
          },
        },
        errors: [
          {
            name: 'ReportNotFound',
            description:
              'There is no such report, it is about the caller, or the caller is not in its conversation.',
          },
          {
            name: 'NotAdmin',
            description: 'The caller is neither admin nor moderator.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsRevokeInvite: {
    lexicon: 1,
    id: 'blue.catbird.mls.revokeInvite',
    defs: {
      main: {
        type: 'procedure',
        description:
          'End an invite. Who came in by it stays a member. For admins; revoking again changes nothing.',
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['inviteId'],
            properties: {
              inviteId: {
                type: 'string',
                description: 'Name of the invite; it opens nothing.',
                minLength: 32,
                maxLength: 32,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['invite'],
            properties: {
              invite: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.defs#inviteView',
              },
            },
          },
        },
        errors: [
          {
            name: 'InviteNotFound',
            description:
              'There is no such invite for the conversation, or it has expired, was revoked or is used up.',
          },
          {
            name: 'NotMember',
            description:
              'The caller is not a member of the conversation any more.',
          },
          {
            name: 'NotAdmin',
            description: 'Only admins of the conversation may do this.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds, or `seq` is no entry that the caller may read; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsSendMessage: {
    lexicon: 1,
    id: 'blue.catbird.mls.sendMessage',
    defs: {
      main: {
        type: 'procedure',
        description:
          "Append an application message to a conversation's log, or pass an ephemeral one on. The service does not keep who sent it. The same `msgId` with the same bytes again gives the same answer; send again with the same bytes until an answer comes.",
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['convoId', 'msgId', 'epoch', 'ciphertext'],
            properties: {
              convoId: {
                type: 'string',
                description:
                  'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
                minLength: 32,
                maxLength: 128,
              },
              msgId: {
                type: 'string',
                description:
                  "The sender's id for the message: a ULID or UUID, new for each message, all in upper or all in lower case, which are the same id.",
                minLength: 26,
                maxLength: 36,
              },
              epoch: {
                type: 'integer',
                description:
                  'The epoch that the message was encrypted in: the current one, or one of the few before it.',
                minimum: 0,
                maximum: 9007199254740991,
              },
              ciphertext: {
                type: 'bytes',
                description:
                  'MLSMessage with a PrivateMessage of content type application.',
                maxLength: 262144,
              },
              delivery: {
                type: 'string',
                description:
                  '`persistent` messages become entries of the log; `ephemeral` ones reach those who listen now, and are kept nowhere.',
                knownValues: ['persistent', 'ephemeral'],
                maxLength: 64,
                default: 'persistent',
              },
              paddedSize: {
                type: 'integer',
                description:
                  'Length of the ciphertext in bytes; if given, it must be right.',
                minimum: 1,
                maximum: 262144,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['messageId', 'epoch', 'receivedAt'],
            properties: {
              messageId: {
                type: 'string',
                description: 'The `msgId`.',
                minLength: 26,
                maxLength: 36,
              },
              seq: {
                type: 'integer',
                description:
                  'Position in the log; absent for an ephemeral message.',
                minimum: 1,
                maximum: 9007199254740991,
              },
              epoch: {
                type: 'integer',
                description: 'The epoch of the message.',
                minimum: 0,
                maximum: 9007199254740991,
              },
              receivedAt: {
                type: 'string',
                description: 'When the service took the message.',
                format: 'datetime',
                maxLength: 64,
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'NotMember',
            description:
              'The caller is not a member of the conversation any more.',
          },
          {
            name: 'Forbidden',
            description: 'The conversation is closed.',
          },
          {
            name: 'EpochMismatch',
            description:
              "The message was not made for an epoch (or generation) that is accepted now; the answer's message names the current ones.",
          },
          {
            name: 'InvalidMlsMessage',
            description:
              'The bytes are not exactly one canonical MLSMessage of the expected kind.',
          },
          {
            name: 'MessageIdConflict',
            description:
              'The `msgId` is taken by another message: an earlier attempt was stored.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsSetMemberRole: {
    lexicon: 1,
    id: 'blue.catbird.mls.setMemberRole',
    defs: {
      main: {
        type: 'procedure',
        description:
          'Give a member another role. For admins; the last admin cannot be demoted.',
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['convoId', 'did', 'role'],
            properties: {
              convoId: {
                type: 'string',
                description:
                  'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
                minLength: 32,
                maxLength: 128,
              },
              did: {
                type: 'string',
                description: 'The member.',
                format: 'did',
                maxLength: 256,
              },
              role: {
                type: 'string',
                description: 'The new role.',
                knownValues: ['admin', 'moderator', 'member'],
                maxLength: 64,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['member'],
            properties: {
              member: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.defs#memberView',
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'NotMember',
            description:
              'The caller, or the account whose role is set, is not a member.',
          },
          {
            name: 'NotAdmin',
            description: 'Only admins of the conversation may do this.',
          },
          {
            name: 'Forbidden',
            description:
              'The last admin cannot be demoted, and both accounts of a direct conversation stay admins.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsStreamConvoEvents: {
    lexicon: 1,
    id: 'blue.catbird.mls.streamConvoEvents',
    defs: {
      main: {
        type: 'query',
        description:
          'The events of `subscribeConvoEvents` as Server-Sent Events: `id` is the cursor of the event, `data` its JSON. The header `Last-Event-ID` resumes as `cursor` does.',
        parameters: {
          type: 'params',
          properties: {
            cursor: {
              type: 'string',
              description:
                'The last event seen: the stream goes on after it. Without it, the stream starts now. Opaque.',
              maxLength: 512,
            },
            convoId: {
              type: 'string',
              description: 'Only the events of this conversation.',
              minLength: 32,
              maxLength: 128,
            },
            ticket: {
              type: 'string',
              description:
                'From `getSubscriptionTicket`, in place of an `Authorization` header. Good for one use.',
              minLength: 1,
              maxLength: 1024,
            },
          },
        },
        output: {
          encoding: 'text/event-stream',
          description: 'Ends only when the connection does.',
        },
        errors: [
          {
            name: 'FutureCursor',
            description: 'The cursor lies ahead of the stream.',
          },
          {
            name: 'InvalidCursor',
            description: 'The cursor was not made by this method.',
          },
          {
            name: 'ConsumerTooSlow',
            description: 'The reader fell too far behind: resume by cursor.',
          },
          {
            name: 'BadTicket',
            description:
              'The ticket is unknown, used or expired: get a new one.',
          },
          {
            name: 'DeviceUnknown',
            description:
              'The device is not registered for this account, or was deleted.',
          },
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'NotMember',
            description:
              'The caller is not a member of the conversation any more.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsSubmitCommit: {
    lexicon: 1,
    id: 'blue.catbird.mls.submitCommit',
    defs: {
      main: {
        type: 'procedure',
        description:
          'Submit any commit of a member: update the own leaf, change the group context, add or remove. What it does decides who may send it. Of several commits for one epoch exactly one is accepted.',
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['convoId', 'change'],
            properties: {
              convoId: {
                type: 'string',
                description:
                  'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
                minLength: 32,
                maxLength: 128,
              },
              change: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.defs#change',
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['success', 'newEpoch', 'seq'],
            properties: {
              success: {
                type: 'boolean',
                description: 'Always true: a refusal is an error.',
              },
              newEpoch: {
                type: 'integer',
                description: 'The epoch that the commit made.',
                minimum: 0,
                maximum: 9007199254740991,
              },
              seq: {
                type: 'integer',
                description: "The commit's position in the log.",
                minimum: 1,
                maximum: 9007199254740991,
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'NotMember',
            description:
              'The caller is not a member of the conversation any more.',
          },
          {
            name: 'EpochMismatch',
            description:
              "The message was not made for an epoch (or generation) that is accepted now; the answer's message names the current ones.",
          },
          {
            name: 'PendingRemovals',
            description:
              'The commit does not remove every leaf that is pending removal.',
          },
          {
            name: 'InvalidMlsMessage',
            description:
              'The bytes are not exactly one canonical MLSMessage of the expected kind.',
          },
          {
            name: 'InvalidCommit',
            description:
              'The commit breaks a rule; the message names it and its section of RFC 9420.',
          },
          {
            name: 'InvalidGroupInfo',
            description:
              'The GroupInfo is not the signed state that it should be; the message names the rule.',
          },
          {
            name: 'InvalidWelcome',
            description:
              'The welcome is missing, or does not name exactly the key packages that the commit adds.',
          },
          {
            name: 'InvalidKeyPackage',
            description:
              'A key package breaks a rule, or is not leased to the caller for this; the message names which and why.',
          },
          {
            name: 'DeviceUnknown',
            description:
              'The device is not registered for this account, or was deleted.',
          },
          {
            name: 'Forbidden',
            description:
              "The caller's role does not allow what the request would do, or the conversation is closed.",
          },
          {
            name: 'NotAdmin',
            description: 'Only admins of the conversation may do this.',
          },
          {
            name: 'AlreadyMember',
            description:
              'A device that the commit adds is in the group already.',
          },
          {
            name: 'TooManyMembers',
            description:
              'The conversation would have more members or leaves than allowed.',
          },
          {
            name: 'QuotaExceeded',
            description:
              'An account would be a member of more than 1,000 conversations; the message names it.',
          },
          {
            name: 'TooManyDevices',
            description: 'The account has as many devices as allowed.',
          },
          {
            name: 'IncomingNotAllowed',
            description:
              'An account that would be added lets nobody add it, or only those whom it follows.',
          },
          {
            name: 'BlockedByMember',
            description:
              'Somebody who would come in and a member, or another who would, block one another.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsSubscribeConvoEvents: {
    lexicon: 1,
    id: 'blue.catbird.mls.subscribeConvoEvents',
    defs: {
      main: {
        type: 'subscription',
        description:
          "Events of the caller's conversations and account, in order, each at least once, over a WebSocket; with `Accept: text/event-stream` the same as Server-Sent Events. Events are hints, the log is the truth.",
        parameters: {
          type: 'params',
          properties: {
            cursor: {
              type: 'string',
              description:
                'The last event seen: the stream goes on after it. Without it, the stream starts now. Opaque.',
              maxLength: 512,
            },
            convoId: {
              type: 'string',
              description: 'Only the events of this conversation.',
              minLength: 32,
              maxLength: 128,
            },
            ticket: {
              type: 'string',
              description:
                'From `getSubscriptionTicket`, in place of an `Authorization` header. Good for one use.',
              minLength: 1,
              maxLength: 1024,
            },
          },
        },
        message: {
          description: 'One event.',
          schema: {
            type: 'union',
            refs: [
              'lex:blue.catbird.mls.subscribeConvoEvents#messageEvent',
              'lex:blue.catbird.mls.subscribeConvoEvents#welcomeEvent',
              'lex:blue.catbird.mls.subscribeConvoEvents#membershipChangeEvent',
              'lex:blue.catbird.mls.subscribeConvoEvents#convoEvent',
              'lex:blue.catbird.mls.subscribeConvoEvents#readEvent',
              'lex:blue.catbird.mls.subscribeConvoEvents#deviceEvent',
              'lex:blue.catbird.mls.subscribeConvoEvents#keyPackagesEvent',
              'lex:blue.catbird.mls.subscribeConvoEvents#reportEvent',
              'lex:blue.catbird.mls.subscribeConvoEvents#ephemeralEvent',
              'lex:blue.catbird.mls.subscribeConvoEvents#infoEvent',
            ],
          },
        },
        errors: [
          {
            name: 'FutureCursor',
            description: 'The cursor lies ahead of the stream.',
          },
          {
            name: 'InvalidCursor',
            description: 'The cursor was not made by this method.',
          },
          {
            name: 'ConsumerTooSlow',
            description: 'The reader fell too far behind: resume by cursor.',
          },
          {
            name: 'BadTicket',
            description:
              'The ticket is unknown, used or expired: get a new one.',
          },
          {
            name: 'DeviceUnknown',
            description:
              'The device is not registered for this account, or was deleted.',
          },
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'NotMember',
            description:
              'The caller is not a member of the conversation any more.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
      messageEvent: {
        type: 'object',
        description: 'A new entry of a log.',
        required: ['cursor', 'message'],
        properties: {
          cursor: {
            type: 'string',
            description:
              'Position of this event in the stream; give the last one seen back to resume after it. Opaque.',
            maxLength: 512,
          },
          message: {
            type: 'ref',
            ref: 'lex:blue.catbird.mls.defs#messageView',
          },
        },
      },
      welcomeEvent: {
        type: 'object',
        description:
          'A welcome waits for a device of the account: read it with `getWelcomes`.',
        required: ['cursor', 'convoId', 'welcomeId', 'deviceId'],
        properties: {
          cursor: {
            type: 'string',
            description:
              'Position of this event in the stream; give the last one seen back to resume after it. Opaque.',
            maxLength: 512,
          },
          convoId: {
            type: 'string',
            description:
              'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
            minLength: 32,
            maxLength: 128,
          },
          welcomeId: {
            type: 'string',
            description: 'The welcome.',
            minLength: 1,
            maxLength: 128,
          },
          deviceId: {
            type: 'string',
            description:
              'The device that it is for. Letters, digits, `.`, `_` and `-`.',
            minLength: 1,
            maxLength: 64,
          },
        },
      },
      membershipChangeEvent: {
        type: 'object',
        description:
          'The members of a conversation, their devices or their roles have changed.',
        required: ['cursor', 'convoId', 'did', 'action', 'epoch', 'seq'],
        properties: {
          cursor: {
            type: 'string',
            description:
              'Position of this event in the stream; give the last one seen back to resume after it. Opaque.',
            maxLength: 512,
          },
          convoId: {
            type: 'string',
            description:
              'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
            minLength: 32,
            maxLength: 128,
          },
          did: {
            type: 'string',
            description: 'The account concerned.',
            format: 'did',
            maxLength: 256,
          },
          action: {
            type: 'string',
            description: 'What happened.',
            knownValues: [
              'joined',
              'left',
              'removed',
              'roleChanged',
              'deviceAdded',
              'deviceRemoved',
            ],
            maxLength: 64,
          },
          deviceId: {
            type: 'string',
            description:
              'The device that was added or removed. Letters, digits, `.`, `_` and `-`.',
            minLength: 1,
            maxLength: 64,
          },
          role: {
            type: 'string',
            description: 'The role now.',
            knownValues: ['admin', 'moderator', 'member'],
            maxLength: 64,
          },
          epoch: {
            type: 'integer',
            description: 'The epoch after the change.',
            minimum: 0,
            maximum: 9007199254740991,
          },
          seq: {
            type: 'integer',
            description:
              'Position of the entry that made the change, or of the last one before it.',
            minimum: 0,
            maximum: 9007199254740991,
          },
          inviteId: {
            type: 'string',
            description:
              'Of `joined`: the invite that the account came in by; absent for one who was added.',
            minLength: 32,
            maxLength: 32,
          },
        },
      },
      convoEvent: {
        type: 'object',
        description:
          'A conversation as a whole has changed: read it with `getConvo`.',
        required: ['cursor', 'convoId', 'action'],
        properties: {
          cursor: {
            type: 'string',
            description:
              'Position of this event in the stream; give the last one seen back to resume after it. Opaque.',
            maxLength: 512,
          },
          convoId: {
            type: 'string',
            description:
              'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
            minLength: 32,
            maxLength: 128,
          },
          action: {
            type: 'string',
            description: 'What happened.',
            knownValues: [
              'created',
              'updated',
              'reset',
              'closed',
              'requested',
              'accepted',
            ],
            maxLength: 64,
          },
        },
      },
      readEvent: {
        type: 'object',
        description: 'The account has read on, on one of its devices.',
        required: ['cursor', 'convoId', 'seq'],
        properties: {
          cursor: {
            type: 'string',
            description:
              'Position of this event in the stream; give the last one seen back to resume after it. Opaque.',
            maxLength: 512,
          },
          convoId: {
            type: 'string',
            description:
              'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
            minLength: 32,
            maxLength: 128,
          },
          seq: {
            type: 'integer',
            description: 'The position up to which it has read.',
            minimum: 0,
            maximum: 9007199254740991,
          },
        },
      },
      deviceEvent: {
        type: 'object',
        description:
          'A device was registered or deleted: of the account itself, or of one that shares a conversation with it.',
        required: ['cursor', 'did', 'deviceId', 'action'],
        properties: {
          cursor: {
            type: 'string',
            description:
              'Position of this event in the stream; give the last one seen back to resume after it. Opaque.',
            maxLength: 512,
          },
          did: {
            type: 'string',
            description: 'The account whose device it is.',
            format: 'did',
            maxLength: 256,
          },
          deviceId: {
            type: 'string',
            description: 'The device. Letters, digits, `.`, `_` and `-`.',
            minLength: 1,
            maxLength: 64,
          },
          action: {
            type: 'string',
            description: 'What happened.',
            knownValues: ['registered', 'deleted'],
            maxLength: 64,
          },
        },
      },
      keyPackagesEvent: {
        type: 'object',
        description:
          'A device of the account runs out of key packages: publish more.',
        required: ['cursor', 'deviceId', 'available'],
        properties: {
          cursor: {
            type: 'string',
            description:
              'Position of this event in the stream; give the last one seen back to resume after it. Opaque.',
            maxLength: 512,
          },
          deviceId: {
            type: 'string',
            description: 'The device. Letters, digits, `.`, `_` and `-`.',
            minLength: 1,
            maxLength: 64,
          },
          available: {
            type: 'integer',
            description: 'How many are left, the last-resort one aside.',
            minimum: 0,
            maximum: 9007199254740991,
          },
        },
      },
      reportEvent: {
        type: 'object',
        description:
          'Somebody was reported in a conversation that the account moderates: read it with `getReports`.',
        required: ['cursor', 'convoId', 'reportId'],
        properties: {
          cursor: {
            type: 'string',
            description:
              'Position of this event in the stream; give the last one seen back to resume after it. Opaque.',
            maxLength: 512,
          },
          convoId: {
            type: 'string',
            description:
              'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
            minLength: 32,
            maxLength: 128,
          },
          reportId: {
            type: 'string',
            description: 'The report.',
            minLength: 1,
            maxLength: 64,
          },
        },
      },
      ephemeralEvent: {
        type: 'object',
        description:
          'A message that is kept nowhere. It has no cursor and comes at most once.',
        required: ['convoId', 'epoch', 'ciphertext'],
        properties: {
          convoId: {
            type: 'string',
            description:
              'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
            minLength: 32,
            maxLength: 128,
          },
          epoch: {
            type: 'integer',
            description: 'The epoch of the message.',
            minimum: 0,
            maximum: 9007199254740991,
          },
          ciphertext: {
            type: 'bytes',
            description:
              'MLSMessage with a PrivateMessage of content type application.',
            maxLength: 262144,
          },
        },
      },
      infoEvent: {
        type: 'object',
        description: 'Something about the stream itself.',
        required: ['name', 'message'],
        properties: {
          name: {
            type: 'string',
            description:
              '`OutdatedCursor`: the cursor is from before what is kept, so events were missed; catch up from the log.',
            knownValues: ['OutdatedCursor'],
            maxLength: 64,
          },
          message: {
            type: 'string',
            description: 'The same in words.',
            maxGraphemes: 500,
            maxLength: 5000,
          },
        },
      },
    },
  },
  BlueCatbirdMlsSyncKeyPackages: {
    lexicon: 1,
    id: 'blue.catbird.mls.syncKeyPackages',
    defs: {
      main: {
        type: 'procedure',
        description:
          "Tell the service which of a device's key packages the device can still use. Others that are available or leased are deleted.",
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['deviceId', 'keyPackageRefs'],
            properties: {
              deviceId: {
                type: 'string',
                description: 'The device. Letters, digits, `.`, `_` and `-`.',
                minLength: 1,
                maxLength: 64,
              },
              keyPackageRefs: {
                type: 'array',
                description:
                  'The packages whose private keys the device still has.',
                items: {
                  type: 'string',
                  description:
                    "RFC 9420 §5.2 reference of the inner KeyPackage, computed with its suite's hash. Lowercase hex.",
                  minLength: 64,
                  maxLength: 128,
                },
                maxLength: 1000,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['deleted', 'unknown'],
            properties: {
              deleted: {
                type: 'array',
                description:
                  'Packages that were available or leased and not listed: deleted.',
                items: {
                  type: 'string',
                  minLength: 64,
                  maxLength: 128,
                },
                maxLength: 10000,
              },
              unknown: {
                type: 'array',
                description:
                  'Listed packages that were never published, or expired more than 30 days ago.',
                items: {
                  type: 'string',
                  minLength: 64,
                  maxLength: 128,
                },
                maxLength: 1000,
              },
            },
          },
        },
        errors: [
          {
            name: 'DeviceUnknown',
            description:
              'The device is not registered for this account, or was deleted.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsUnblockAccount: {
    lexicon: 1,
    id: 'blue.catbird.mls.unblockAccount',
    defs: {
      main: {
        type: 'procedure',
        description:
          'Take a block back. Unblocking who is not blocked changes nothing.',
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['did'],
            properties: {
              did: {
                type: 'string',
                description: 'The account that was blocked.',
                format: 'did',
                maxLength: 256,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            properties: {},
          },
        },
        errors: [
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds, or `seq` is no entry that the caller may read; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsUnmuteConvo: {
    lexicon: 1,
    id: 'blue.catbird.mls.unmuteConvo',
    defs: {
      main: {
        type: 'procedure',
        description:
          "Let a muted conversation be heard again, on all of the caller's devices.",
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['convoId'],
            properties: {
              convoId: {
                type: 'string',
                description:
                  'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
                minLength: 32,
                maxLength: 128,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['convo'],
            properties: {
              convo: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.defs#convoView',
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'NotMember',
            description:
              'The caller is not a member of the conversation any more.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds, or `seq` is no entry that the caller may read; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsUnregisterPush: {
    lexicon: 1,
    id: 'blue.catbird.mls.unregisterPush',
    defs: {
      main: {
        type: 'procedure',
        description:
          'Take a push token of a device back. One that is not registered is no error.',
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['deviceId', 'platform', 'token'],
            properties: {
              deviceId: {
                type: 'string',
                description:
                  "A device of the caller's account. Letters, digits, `.`, `_` and `-`.",
                minLength: 1,
                maxLength: 64,
              },
              platform: {
                type: 'string',
                description:
                  'Through which push service: APNs, FCM or Web Push.',
                knownValues: ['ios', 'android', 'web'],
                minLength: 1,
                maxLength: 64,
              },
              token: {
                type: 'string',
                description:
                  '`ios`: the APNs device token in hex. `android`: the FCM registration token. `web`: the PushSubscription as JSON, with `endpoint` and `keys`.',
                minLength: 1,
                maxLength: 4096,
              },
              appId: {
                type: 'string',
                description:
                  'The app that the token is for (`ios`: its bundle id), where it is another than the one that the service is set up for.',
                minLength: 1,
                maxLength: 256,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            properties: {},
          },
        },
        errors: [
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsUpdateConvo: {
    lexicon: 1,
    id: 'blue.catbird.mls.updateConvo',
    defs: {
      main: {
        type: 'procedure',
        description:
          'Change metadata or policy. What is absent stays; what is given replaces the whole of it. For admins.',
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['convoId'],
            properties: {
              convoId: {
                type: 'string',
                description:
                  'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
                minLength: 32,
                maxLength: 128,
              },
              metadata: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.defs#metadata',
              },
              encryptedMetadata: {
                type: 'bytes',
                description:
                  'Metadata that only members can read, encrypted by them.',
                maxLength: 8192,
              },
              policy: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.defs#policy',
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['convo'],
            properties: {
              convo: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.defs#convoView',
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'NotMember',
            description:
              'The caller is not a member of the conversation any more.',
          },
          {
            name: 'NotAdmin',
            description: 'Only admins of the conversation may do this.',
          },
          {
            name: 'Forbidden',
            description:
              "The caller's role does not allow what the request would do, or the conversation is closed.",
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsUpdateCursor: {
    lexicon: 1,
    id: 'blue.catbird.mls.updateCursor',
    defs: {
      main: {
        type: 'procedure',
        description:
          "Remember up to where the account has read. It never goes back, does not move before the conversation was accepted, and is told to the account's own devices only.",
        input: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['convoId', 'seq'],
            properties: {
              convoId: {
                type: 'string',
                description:
                  'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
                minLength: 32,
                maxLength: 128,
              },
              seq: {
                type: 'integer',
                description: 'The last position read.',
                minimum: 0,
                maximum: 9007199254740991,
              },
            },
          },
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['seq'],
            properties: {
              seq: {
                type: 'integer',
                description: 'The position that is remembered now.',
                minimum: 0,
                maximum: 9007199254740991,
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'NotMember',
            description:
              'The caller is not a member of the conversation any more.',
          },
          {
            name: 'TooLarge',
            description:
              'The request, or one of its fields, is larger than allowed.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database or the store of used tokens is out of reach: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds, or `seq` is no entry that the caller may read; the message names it.',
          },
        ],
      },
    },
  },
  BlueCatbirdMlsUploadBlob: {
    lexicon: 1,
    id: 'blue.catbird.mls.uploadBlob',
    defs: {
      main: {
        type: 'procedure',
        description:
          "Store the ciphertext of an attachment, the request's body, for those who may read the conversation now. The same bytes again have the same blobId and count once. It goes to the service itself, not through a PDS.",
        parameters: {
          type: 'params',
          required: ['convoId'],
          properties: {
            convoId: {
              type: 'string',
              description:
                'The conversation: lowercase hex of its first MLS group id (16 to 64 bytes).',
              minLength: 32,
              maxLength: 128,
            },
          },
        },
        input: {
          encoding: '*/*',
        },
        output: {
          encoding: 'application/json',
          schema: {
            type: 'object',
            required: ['blob'],
            properties: {
              blob: {
                type: 'ref',
                ref: 'lex:blue.catbird.mls.uploadBlob#blobView',
              },
            },
          },
        },
        errors: [
          {
            name: 'ConvoNotFound',
            description:
              'There is no such conversation, or the caller never was in it.',
          },
          {
            name: 'NotMember',
            description:
              'The caller is not a member of the conversation any more.',
          },
          {
            name: 'QuotaExceeded',
            description:
              "The account's blobs would take more than `limits.blobQuotaBytes` of `describeServer`, each counted as 4 KiB at least: delete some first.",
          },
          {
            name: 'TooLarge',
            description:
              'The body is larger than `limits.blobBytes` of `describeServer`.',
          },
          {
            name: 'AuthMissing',
            description:
              'No `Authorization: Bearer` header came with the request.',
          },
          {
            name: 'BadJwt',
            description:
              'The token is not a well-formed JWT, or a claim has the wrong shape.',
          },
          {
            name: 'BadJwtType',
            description: 'The `typ` header names another kind of token.',
          },
          {
            name: 'BadJwtAlgorithm',
            description:
              "The `alg` header is not allowed, or does not fit the issuer's key.",
          },
          {
            name: 'BadJwtKey',
            description:
              'The token names a key other than `#atproto`, or the issuer has no such key.',
          },
          {
            name: 'BadJwtIss',
            description:
              'The issuer (or the subject) is not one plain account DID.',
          },
          {
            name: 'BadJwtAudience',
            description: 'The token was made for another service.',
          },
          {
            name: 'BadJwtLexiconMethod',
            description: 'The `lxm` claim is absent or names another method.',
          },
          {
            name: 'BadJwtExpiry',
            description:
              'The `exp` claim is absent, malformed, or further away than allowed.',
          },
          {
            name: 'BadJwtIssuedAt',
            description: 'The `iat` claim is malformed or lies in the future.',
          },
          {
            name: 'BadJwtId',
            description: 'The `jti` claim is absent, empty or too long.',
          },
          {
            name: 'BadJwtSignature',
            description:
              "The signature does not verify with the issuer's key, or is not low-S.",
          },
          {
            name: 'JwtExpired',
            description: 'The token has expired.',
          },
          {
            name: 'ReplayedToken',
            description:
              'The token was used before: get a new one for each request.',
          },
          {
            name: 'DidResolutionFailed',
            description:
              "The issuer's DID document cannot be had at the moment.",
          },
          {
            name: 'RateLimitExceeded',
            description:
              'Too many requests: wait as the `Retry-After` header says.',
          },
          {
            name: 'ServiceUnavailable',
            description:
              'The database, the store of used tokens or the store of blobs is out of reach, or the latter is full: try again later.',
          },
          {
            name: 'InvalidRequest',
            description:
              'A field or parameter is missing, malformed or out of bounds; the message names it.',
          },
        ],
      },
      blobView: {
        type: 'object',
        description: 'A stored attachment.',
        required: ['blobId', 'size', 'sha256'],
        properties: {
          blobId: {
            type: 'string',
            description:
              'The blob: 64 lowercase hex digits, as `uploadBlob` answered.',
            minLength: 64,
            maxLength: 64,
          },
          size: {
            type: 'integer',
            description: 'Its size in bytes.',
            minimum: 1,
            maximum: 9007199254740991,
          },
          sha256: {
            type: 'string',
            description:
              'SHA-256 of its bytes, in lowercase hex: compare it with your own.',
            minLength: 64,
            maxLength: 64,
          },
        },
      },
    },
  },
} as const satisfies Record<string, LexiconDoc>
export const schemas = Object.values(schemaDict) satisfies LexiconDoc[]
export const lexicons: Lexicons = new Lexicons(schemas)

export function validate<T extends { $type: string }>(
  v: unknown,
  id: string,
  hash: string,
  requiredType: true,
): ValidationResult<T>
export function validate<T extends { $type?: string }>(
  v: unknown,
  id: string,
  hash: string,
  requiredType?: false,
): ValidationResult<T>
export function validate(
  v: unknown,
  id: string,
  hash: string,
  requiredType?: boolean,
): ValidationResult {
  return (requiredType ? is$typed : maybe$typed)(v, id, hash)
    ? lexicons.validate(`${id}#${hash}`, v)
    : {
        success: false,
        error: new ValidationError(
          `Must be an object with "${hash === 'main' ? id : `${id}#${hash}`}" $type property`,
        ),
      }
}

export const ids = {
  BlueCatbirdMlsAcceptConvo: 'blue.catbird.mls.acceptConvo',
  BlueCatbirdMlsAckWelcome: 'blue.catbird.mls.ackWelcome',
  BlueCatbirdMlsAddMembers: 'blue.catbird.mls.addMembers',
  BlueCatbirdMlsAuthFull: 'blue.catbird.mls.authFull',
  BlueCatbirdMlsAuthRead: 'blue.catbird.mls.authRead',
  BlueCatbirdMlsBlockAccount: 'blue.catbird.mls.blockAccount',
  BlueCatbirdMlsCreateConvo: 'blue.catbird.mls.createConvo',
  BlueCatbirdMlsCreateInvite: 'blue.catbird.mls.createInvite',
  BlueCatbirdMlsDeclaration: 'blue.catbird.mls.declaration',
  BlueCatbirdMlsDefs: 'blue.catbird.mls.defs',
  BlueCatbirdMlsDeleteAccount: 'blue.catbird.mls.deleteAccount',
  BlueCatbirdMlsDeleteBlob: 'blue.catbird.mls.deleteBlob',
  BlueCatbirdMlsDeleteDevice: 'blue.catbird.mls.deleteDevice',
  BlueCatbirdMlsDescribeServer: 'blue.catbird.mls.describeServer',
  BlueCatbirdMlsDevice: 'blue.catbird.mls.device',
  BlueCatbirdMlsExportAccountData: 'blue.catbird.mls.exportAccountData',
  BlueCatbirdMlsGetAvailability: 'blue.catbird.mls.getAvailability',
  BlueCatbirdMlsGetBlob: 'blue.catbird.mls.getBlob',
  BlueCatbirdMlsGetBlocks: 'blue.catbird.mls.getBlocks',
  BlueCatbirdMlsGetCommits: 'blue.catbird.mls.getCommits',
  BlueCatbirdMlsGetConvo: 'blue.catbird.mls.getConvo',
  BlueCatbirdMlsGetConvoHealth: 'blue.catbird.mls.getConvoHealth',
  BlueCatbirdMlsGetConvos: 'blue.catbird.mls.getConvos',
  BlueCatbirdMlsGetEpoch: 'blue.catbird.mls.getEpoch',
  BlueCatbirdMlsGetGroupInfo: 'blue.catbird.mls.getGroupInfo',
  BlueCatbirdMlsGetInvites: 'blue.catbird.mls.getInvites',
  BlueCatbirdMlsGetKeyPackageStatus: 'blue.catbird.mls.getKeyPackageStatus',
  BlueCatbirdMlsGetKeyPackages: 'blue.catbird.mls.getKeyPackages',
  BlueCatbirdMlsGetMembers: 'blue.catbird.mls.getMembers',
  BlueCatbirdMlsGetMessages: 'blue.catbird.mls.getMessages',
  BlueCatbirdMlsGetReports: 'blue.catbird.mls.getReports',
  BlueCatbirdMlsGetSubscriptionTicket: 'blue.catbird.mls.getSubscriptionTicket',
  BlueCatbirdMlsGetWelcomes: 'blue.catbird.mls.getWelcomes',
  BlueCatbirdMlsJoinConvo: 'blue.catbird.mls.joinConvo',
  BlueCatbirdMlsLeaveConvo: 'blue.catbird.mls.leaveConvo',
  BlueCatbirdMlsListDevices: 'blue.catbird.mls.listDevices',
  BlueCatbirdMlsMuteConvo: 'blue.catbird.mls.muteConvo',
  BlueCatbirdMlsPreviewInvite: 'blue.catbird.mls.previewInvite',
  BlueCatbirdMlsPublishKeyPackage: 'blue.catbird.mls.publishKeyPackage',
  BlueCatbirdMlsPublishKeyPackages: 'blue.catbird.mls.publishKeyPackages',
  BlueCatbirdMlsRegisterDevice: 'blue.catbird.mls.registerDevice',
  BlueCatbirdMlsRegisterPush: 'blue.catbird.mls.registerPush',
  BlueCatbirdMlsRemoveMembers: 'blue.catbird.mls.removeMembers',
  BlueCatbirdMlsReportMember: 'blue.catbird.mls.reportMember',
  BlueCatbirdMlsResetConvo: 'blue.catbird.mls.resetConvo',
  BlueCatbirdMlsResolveReport: 'blue.catbird.mls.resolveReport',
  BlueCatbirdMlsRevokeInvite: 'blue.catbird.mls.revokeInvite',
  BlueCatbirdMlsSendMessage: 'blue.catbird.mls.sendMessage',
  BlueCatbirdMlsSetMemberRole: 'blue.catbird.mls.setMemberRole',
  BlueCatbirdMlsStreamConvoEvents: 'blue.catbird.mls.streamConvoEvents',
  BlueCatbirdMlsSubmitCommit: 'blue.catbird.mls.submitCommit',
  BlueCatbirdMlsSubscribeConvoEvents: 'blue.catbird.mls.subscribeConvoEvents',
  BlueCatbirdMlsSyncKeyPackages: 'blue.catbird.mls.syncKeyPackages',
  BlueCatbirdMlsUnblockAccount: 'blue.catbird.mls.unblockAccount',
  BlueCatbirdMlsUnmuteConvo: 'blue.catbird.mls.unmuteConvo',
  BlueCatbirdMlsUnregisterPush: 'blue.catbird.mls.unregisterPush',
  BlueCatbirdMlsUpdateConvo: 'blue.catbird.mls.updateConvo',
  BlueCatbirdMlsUpdateCursor: 'blue.catbird.mls.updateCursor',
  BlueCatbirdMlsUploadBlob: 'blue.catbird.mls.uploadBlob',
} as const
