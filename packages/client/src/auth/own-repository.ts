/** The account's own repository, where the way of signing in can write to it. Records are lexicon JSON. */
export interface OwnRepository {
  /** The value of a record; undefined where there is none. */
  get(collection: string, rkey: string): Promise<unknown>
  /** Writes a record, over what is there. */
  put(collection: string, rkey: string, record: object): Promise<void>
  /** Removes a record, if it is there. */
  delete(collection: string, rkey: string): Promise<void>
}
