/** What needs Node: `@catbird/mls-client/node`. */
export { openSqliteStore } from './sqlite-store.js'
