import { deleteStore } from '../model/chat.js'
import { useChat } from './use-chat.js'

/** Nothing goes on in this tab: said in front of everything. */
export function StoppedNote() {
  const chat = useChat()
  const problem = chat.stopped.value
  if (problem === undefined) return null
  const anew = problem.cure === 'newDevice'
  const goOn = async () => {
    if (anew) {
      await chat.close()
      await deleteStore(chat.client.did)
    }
    location.reload()
  }
  return (
    <div class="stopped" role="alertdialog" aria-modal="true" aria-labelledby="stopped-heading">
      <div class="card">
        <h2 id="stopped-heading">{problem.title}</h2>
        <p>{problem.advice}</p>
        <button
          type="button"
          class="button button-primary"
          ref={(button) => button?.focus()}
          onClick={() => void goOn()}
        >
          {anew ? 'Go on as a new device' : 'Reload'}
        </button>
      </div>
    </div>
  )
}
