import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { Icon } from './icon.js'
import { closeDialog } from './ui.js'

/** A native dialog: it keeps the focus, closes by Escape, and gives the focus back. */
export function Dialog({ title, children, wide = false }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null)
  const heading = useId()
  useEffect(() => {
    const shown = element.current!
    shown.showModal()
    return () => shown.close()
  }, [])
  return (
    <dialog
      ref={element}
      class={wide ? 'dialog dialog-wide' : 'dialog'}
      aria-labelledby={heading}
      // It tells of its end late, when another may be open in its place.
      onClose={({ currentTarget }) => currentTarget.isConnected && closeDialog()}
      onClick={({ target }) => target === element.current && closeDialog()}
    >
      <div class="dialog-body">
        <header class="dialog-head">
          <h2 id={heading}>{title}</h2>
          <button type="button" class="icon-button" aria-label="Close" onClick={closeDialog}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  )
}

interface DialogProps {
  title: string
  children: ComponentChildren
  wide?: boolean
}
