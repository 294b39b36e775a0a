import type { Convo, Unsent } from '../model/convo.js'
import { Icon } from './icon.js'
import { MessageContent } from './message-content.js'
import { useAction } from './use-action.js'
import { useChat } from './use-chat.js'

/** What is on its way: it is kept here, and goes out once the service takes it. */
export function UnsentMessages({ convo }: { convo: Convo }) {
  const unsent = convo.unsent.value
  if (unsent.length === 0) return null
  return (
    <li class="group own unsent">
      <div class="group-body">
        <p class="group-author sr-only">You</p>
        {unsent.map((message) => (
          <div key={message.msgId} class="message">
            <div class="bubble">
              <MessageContent payload={message.payload} convo={convo} />
            </div>
          </div>
        ))}
        <SendState convo={convo} unsent={unsent} />
      </div>
    </li>
  )
}

function SendState({ convo }: { convo: Convo; unsent: readonly Unsent[] }) {
  const chat = useChat()
  const action = useAction()
  const problem = convo.sendProblem.value
  const offline = chat.connection.value.state !== 'online'
  if (problem !== undefined && !offline) {
    return (
      <p class="group-foot state-failed" role="alert">
        <Icon name="warning" size={14} /> Not sent. {problem.title}.{' '}
        <button
          type="button"
          class="link"
          disabled={action.busy}
          onClick={() => void action.run(() => chat.retry(convo))}
        >
          Try again
        </button>
      </p>
    )
  }
  return (
    <p class="group-foot">
      <Icon name="clock" size={14} /> {offline ? 'Waiting for the connection' : 'Sending…'}
    </p>
  )
}
