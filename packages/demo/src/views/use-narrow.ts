import { signal } from '@preact/signals'

/** As in `layout.css`: below that width one of list, conversation and panel is seen at a time. */
const query = matchMedia('(max-width: 719px)')
const narrow = signal(query.matches)

query.addEventListener('change', () => (narrow.value = query.matches))

export function useNarrow(): boolean {
  return narrow.value
}
