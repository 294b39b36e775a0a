import { Icon } from './icon.js'
import type { IconName } from './icon.js'

export function PanelButton({ icon, label, onClick, danger = false }: PanelButtonProps) {
  return (
    <button
      type="button"
      class={danger ? 'panel-button panel-button-danger' : 'panel-button'}
      onClick={onClick}
    >
      <Icon name={icon} /> {label}
    </button>
  )
}

interface PanelButtonProps {
  icon: IconName
  label: string
  onClick: () => void
  danger?: boolean
}
