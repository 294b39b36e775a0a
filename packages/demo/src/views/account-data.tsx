import { deleteStore } from '../model/chat.js'
import { saveFile } from '../model/downloads.js'
import { addressFor } from '../sign-in/find-session.js'
import { ProblemNote } from './problem-note.js'
import { openDialog } from './ui.js'
import { useAction } from './use-action.js'
import { useChat } from './use-chat.js'

/** What the service holds of the account: to take along, or to end. */
export function AccountData() {
  const chat = useChat()
  const action = useAction()
  const take = async () => {
    const records = await chat.client.exportAccount()
    const lines = records.map((record) => JSON.stringify(record)).join('\n')
    saveFile(new Blob([lines], { type: 'application/jsonl' }), 'catbird-account.jsonl')
  }
  const end = async () => {
    await chat.client.deleteAccount()
    await chat.close()
    await deleteStore(chat.session.did)
    await chat.session.signOut()
    location.assign(addressFor(undefined))
  }
  return (
    <section aria-labelledby="data-heading">
      <h3 id="data-heading" class="panel-heading">
        At the service
      </h3>
      <div class="row">
        <button
          type="button"
          class="button"
          disabled={action.busy}
          onClick={() => void action.run(take)}
        >
          {action.busy ? 'Collecting…' : 'Save what it holds of you'}
        </button>
        <button
          type="button"
          class="button button-danger-quiet"
          onClick={() =>
            openDialog({
              kind: 'confirm',
              title: 'Delete your account here?',
              text: 'You leave every conversation, and all your devices end. Your account elsewhere stays as it is. There is no way back.',
              verb: 'Delete everything',
              run: end,
            })
          }
        >
          Delete account here
        </button>
      </div>
      <ProblemNote problem={action.problem} />
    </section>
  )
}
