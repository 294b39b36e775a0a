import { addressFor } from '../sign-in/find-session.js'

/** Two people of a local service, each in a frame with a store of its own. */
export function SideBySide({ names }: { names: string[] }) {
  return (
    <div class="pair">
      <h1 class="sr-only">Two people side by side</h1>
      {names.map((name) => (
        <iframe key={name} title={`Chat of ${name}`} src={addressFor({ as: name })} />
      ))}
    </div>
  )
}
