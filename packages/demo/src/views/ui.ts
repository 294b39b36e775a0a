import { signal } from '@preact/signals'

/** The dialog that is open; dialogs are not part of the address. */
export const dialog = signal<DialogRequest | undefined>(undefined)

export function openDialog(request: DialogRequest): void {
  dialog.value = request
}

export function closeDialog(): void {
  dialog.value = undefined
}

/** Said to screen readers, and shown to nobody. */
export const announcement = signal('')

export function announce(text: string): void {
  announcement.value = text
}

export type DialogRequest =
  | { kind: 'new' }
  | { kind: 'join'; secret?: string }
  | { kind: 'account' }
  | { kind: 'add'; convoId: string }
  | { kind: 'rename'; convoId: string }
  | { kind: 'invites'; convoId: string }
  | { kind: 'person'; convoId: string; did: string }
  | { kind: 'report'; convoId: string; did: string }
  | {
      kind: 'confirm'
      title: string
      text: string
      verb: string
      run: () => Promise<unknown>
    }
