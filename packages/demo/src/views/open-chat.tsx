import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { Chat, deleteStore } from '../model/chat.js'
import { problemOf } from '../model/problem.js'
import type { Problem } from '../model/problem.js'
import type { Session } from '../sign-in/session.js'
import { Brand } from './brand.js'
import { ChatPage } from './chat-page.js'
import { ChatContext } from './use-chat.js'

/** Opens the account's store in this browser, or says why that cannot be. */
export function OpenChat({ session }: { session: Session }) {
  const opening = useSignal<Opening>({ state: 'opening' })
  const open = async (takeOver: boolean) => {
    opening.value = { state: 'opening' }
    try {
      const chat = await Chat.open(session, { takeOver })
      opening.value = chat === undefined ? { state: 'elsewhere' } : { state: 'open', chat }
    } catch (error) {
      opening.value = { state: 'failed', problem: problemOf(error) }
    }
  }
  useEffect(() => void open(false), [session])
  const now = opening.value
  switch (now.state) {
    case 'opening':
      return (
        <main class="page-wait" aria-busy="true">
          <Brand size={56} />
          <p>Opening your messages…</p>
        </main>
      )
    case 'open':
      return (
        <ChatContext.Provider value={now.chat}>
          <ChatPage />
        </ChatContext.Provider>
      )
    case 'elsewhere':
      return (
        <main class="page-wait">
          <Brand size={56} />
          <h1>Open in another tab</h1>
          <p>One tab at a time holds your keys.</p>
          <button type="button" class="button button-primary" onClick={() => void open(true)}>
            Use it here
          </button>
        </main>
      )
    case 'failed':
      return (
        <main class="page-wait">
          <Brand size={56} />
          <h1>{now.problem.title}</h1>
          <p>{now.problem.advice}</p>
          <button type="button" class="button button-primary" onClick={() => void open(false)}>
            Try again
          </button>
          <button
            type="button"
            class="button"
            onClick={() => void deleteStore(session.did).then(() => open(false))}
          >
            Go on as a new device
          </button>
        </main>
      )
    default:
      return now satisfies never
  }
}

type Opening =
  | { state: 'opening' }
  | { state: 'open'; chat: Chat }
  | { state: 'elsewhere' }
  | { state: 'failed'; problem: Problem }
