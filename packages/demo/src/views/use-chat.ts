import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Chat } from '../model/chat.js'

export const ChatContext = createContext<Chat | undefined>(undefined)

export function useChat(): Chat {
  const chat = useContext(ChatContext)
  if (chat === undefined) throw new Error('this view is part of a chat')
  return chat
}
