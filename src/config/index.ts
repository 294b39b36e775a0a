export { ConfigError, parseConfig, readConfig } from './read-config.js'
export type { Config, Mode } from './config.js'
export { variables } from './variables.js'
