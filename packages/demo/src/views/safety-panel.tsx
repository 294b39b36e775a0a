import type { Convo } from '../model/convo.js'

export function SafetyPanel({ convo }: { convo: Convo }) {
  const { epoch } = convo.now.value
  return <p>Epoch {epoch}</p>
}
