import { effect, signal } from '@preact/signals'

export type Theme = 'system' | 'light' | 'dark'

export const theme = kept<Theme>('theme', 'system', ['system', 'light', 'dark'])
/** Whether others are shown how far one has read. */
export const receipts = kept<'on' | 'off'>('receipts', 'on', ['on', 'off'])

/** The theme is an attribute of the page: without one the system decides. */
export function applyTheme(): void {
  effect(() => {
    const { dataset } = document.documentElement
    if (theme.value === 'system') delete dataset.theme
    else dataset.theme = theme.value
  })
}

function kept<T extends string>(name: string, initial: T, allowed: readonly T[]) {
  const key = `catbird.${name}`
  const stored = read(key)
  const value = signal<T>(allowed.find((each) => each === stored) ?? initial)
  effect(() => write(key, value.value))
  return value
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // A browser that keeps nothing forgets the preference: no reason to stop.
  }
}
