import type { ClientState } from 'ts-mls'
import { joinParts, partsOf } from '../mls/parts.js'
import type { Part } from '../mls/parts.js'
import type { RecordChange, SealedStore } from '../store/sealed-store.js'
import { keys } from './records.js'

/** The group's state as it is stored; throws where it is damaged. */
export async function loadGroup(
  store: SealedStore,
  convoId: string,
): Promise<ClientState | undefined> {
  const prefix = keys.groupOf(convoId)
  const records = await store.list<Uint8Array>({ prefix })
  if (records.length === 0) return undefined
  return joinParts(new Map(records.map(({ key, record }) => [key.slice(prefix.length), record])))
}

/** The parts of a group's state, or of none: what has to be written if others were stored before. */
export class StoredParts {
  readonly #parts: ReadonlyMap<string, Part>

  constructor(
    private readonly convoId: string,
    group: ClientState | null,
  ) {
    const parts = group === null ? [] : partsOf(group)
    this.#parts = new Map(parts.map((part) => [part.name, part]))
  }

  changesSince(before: StoredParts): RecordChange[] {
    const gone = [...before.#parts.keys()].filter((name) => !this.#parts.has(name))
    const changed = [...this.#parts.values()].filter(
      (part) => !isSame(part, before.#parts.get(part.name)),
    )
    return [
      ...gone.map((name) => ({ key: keys.group(this.convoId, name), record: undefined })),
      ...changed.map(({ name, bytes }) => ({
        key: keys.group(this.convoId, name),
        record: bytes(),
      })),
    ]
  }
}

function isSame({ of }: Part, other: Part | undefined): boolean {
  return other?.of.length === of.length && of.every((each, at) => each === other.of[at])
}
