/** The account's own repository, where the way of signing in can write to it. Records are lexicon JSON. */
export interface OwnRepository {
  /** The value of a record; undefined where there is none. */
  get(collection: string, rkey: string): Promise<unknown>
  put(collection: string, rkey: string, record: object): Promise<void>
  delete(collection: string, rkey: string): Promise<void>
}
