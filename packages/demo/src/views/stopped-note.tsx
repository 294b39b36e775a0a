import { useChat } from './use-chat.js'

/** Nothing goes on in this tab: said in front of everything. */
export function StoppedNote() {
  const problem = useChat().stopped.value
  if (problem === undefined) return null
  return (
    <div class="stopped" role="alertdialog" aria-modal="true" aria-labelledby="stopped-heading">
      <div class="card">
        <h2 id="stopped-heading">{problem.title}</h2>
        <p>{problem.advice}</p>
        <button
          type="button"
          class="button button-primary"
          ref={(button) => button?.focus()}
          onClick={() => location.reload()}
        >
          Reload
        </button>
      </div>
    </div>
  )
}
