/** The tests' MLS client, honest and forging, is that of the conformance kit: one for both. */
export * from '../../../packages/conformance/src/mls/index.js'
