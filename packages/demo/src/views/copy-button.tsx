import { useSignal } from '@preact/signals'
import { Icon } from './icon.js'

const SAID_MS = 2_000

export function CopyButton({ text }: { text: string }) {
  const copied = useSignal(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text).catch(() => undefined)
    copied.value = true
    setTimeout(() => (copied.value = false), SAID_MS)
  }
  return (
    <button type="button" class="button" onClick={() => void copy()}>
      <Icon name={copied.value ? 'check' : 'copy'} size={18} />
      <span aria-live="polite">{copied.value ? 'Copied' : 'Copy'}</span>
    </button>
  )
}
