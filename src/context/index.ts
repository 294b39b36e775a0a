export { type Context, type ContextOptions, createContext } from './context.js'
export { openDatabase } from './open-database.js'
