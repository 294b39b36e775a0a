import type { Convo } from '../model/convo.js'
import { go, writeRoute } from '../model/route.js'
import { Icon } from './icon.js'
import { ProblemNote } from './problem-note.js'
import { useAction } from './use-action.js'
import { useChat } from './use-chat.js'

/** What somebody has to know, or to decide, before anything else in a conversation. */
export function ConvoBanners({ convo }: { convo: Convo }) {
  const { status, request, fork, mismatch } = convo.now.value
  return (
    <div class="banners">
      {request && <RequestBanner convo={convo} />}
      {status === 'waiting' && (
        <div class="note" role="status">
          <span class="spinner" />
          <p>This device is coming in. What is written meanwhile can be read once it is there.</p>
        </div>
      )}
      {status === 'creating' && (
        <div class="note" role="status">
          <span class="spinner" />
          <p>The conversation is being made.</p>
        </div>
      )}
      {status === 'gone' && (
        <div class="note" role="status">
          <Icon name="leave" />
          <p>You are no longer in this conversation. What you have read stays here.</p>
        </div>
      )}
      {convo.wasReset.value && (
        <div class="note note-warn" role="status">
          <Icon name="warning" />
          <p>
            The group was broken and an admin has begun it anew. What was said stays; compare the
            safety number again.
          </p>
          <button
            type="button"
            class="icon-button"
            aria-label="Close this note"
            onClick={() => (convo.wasReset.value = false)}
          >
            <Icon name="close" size={16} />
          </button>
        </div>
      )}
      {fork !== undefined && (
        <SafetyAlarm
          convo={convo}
          text="Somebody here was shown another history than you. The service, or that member, is not honest: compare the safety view with them by another way."
        />
      )}
      {mismatch !== undefined && (
        <SafetyAlarm
          convo={convo}
          text="The service names other devices than the group has. The safety view shows those that can really read."
        />
      )}
      <Trouble convo={convo} />
    </div>
  )
}

/** It is tried again by itself, with the next thing that comes; or when somebody asks for it. */
function Trouble({ convo }: { convo: Convo }) {
  const chat = useChat()
  const action = useAction()
  return (
    <ProblemNote problem={convo.trouble.value}>
      <button
        type="button"
        class="button button-small"
        disabled={action.busy}
        onClick={() => void action.run(() => chat.retry(convo))}
      >
        {action.busy ? 'Trying…' : 'Try again'}
      </button>
    </ProblemNote>
  )
}

function SafetyAlarm({ convo, text }: { convo: Convo; text: string }) {
  return (
    <div class="note note-alarm" role="alert">
      <Icon name="warning" />
      <p>{text}</p>
      <a class="button button-small" href={writeRoute({ convoId: convo.id, panel: 'safety' })}>
        Look
      </a>
    </div>
  )
}

function RequestBanner({ convo }: { convo: Convo }) {
  const chat = useChat()
  const action = useAction()
  const { facts, direct } = convo.now.value
  const by = chat.names.of(facts?.creator ?? '')
  const decline = async () => {
    await convo.conversation.leave()
    go({})
  }
  return (
    <section class="request" aria-label="Request">
      <p>
        <strong>{by.name}</strong>{' '}
        {direct ? 'would like to talk with you' : 'has added you to this group'}. Until you accept
        they do not see that you read, and you are not notified.
      </p>
      <div class="row">
        <button
          type="button"
          class="button button-primary"
          disabled={action.busy}
          onClick={() => void action.run(() => convo.conversation.accept())}
        >
          Accept
        </button>
        <button
          type="button"
          class="button"
          disabled={action.busy}
          onClick={() => void action.run(decline)}
        >
          Decline
        </button>
      </div>
      <ProblemNote problem={action.problem} />
    </section>
  )
}
