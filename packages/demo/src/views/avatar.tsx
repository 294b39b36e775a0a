import { useChat } from './use-chat.js'
import { initials } from '../text/names.js'
import { portrait } from '../text/portrait.js'

/** A picture made from the DID. It says nothing that the name beside it does not. */
export function Avatar({ did, name, size = 40 }: { did: string; name: string; size?: number }) {
  const { ground, feather, turn, reach } = portrait(did)
  return (
    <svg class="avatar" width={size} height={size} viewBox="0 0 40 40" aria-hidden="true">
      <rect width="40" height="40" fill={ground} />
      <g transform={`rotate(${turn} 20 20)`}>
        <ellipse cx={20 + reach} cy="20" rx="17" ry="26" fill={feather} />
      </g>
      <text x="20" y="20" dy="0.36em" text-anchor="middle" font-size="15" fill="#fff">
        {initials(name)}
      </text>
    </svg>
  )
}

/** Of a conversation: the other person, or two of the others. */
export function ConvoAvatar({ dids, seed, size = 44 }: ConvoAvatarProps) {
  const { names } = useChat()
  const [first, second] = dids.map((did) => names.of(did))
  if (second === undefined || first === undefined) {
    const { did, name } = first ?? { did: seed, name: '·' }
    return <Avatar did={did} name={name} size={size} />
  }
  const small = Math.round(size * 0.68)
  return (
    <span class="avatar-pair" style={{ width: `${size}px`, height: `${size}px` }}>
      <Avatar did={second.did} name={second.name} size={small} />
      <Avatar did={first.did} name={first.name} size={small} />
    </span>
  )
}

interface ConvoAvatarProps {
  dids: string[]
  seed: string
  size?: number
}
