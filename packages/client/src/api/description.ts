import type { OutputSchema } from '../lexicon/types/blue/catbird/mls/describeServer.js'

/** What the service says about itself (`blue.catbird.mls.describeServer`): suites, limits, address, push. */
export type Description = OutputSchema
