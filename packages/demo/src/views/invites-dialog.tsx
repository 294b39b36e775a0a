import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Invite } from '@catbird/mls-client'
import type { Convo } from '../model/convo.js'
import { writeInvite } from '../model/route.js'
import { count } from '../text/sizes.js'
import { CopyButton } from './copy-button.js'
import { Dialog } from './dialog.js'
import { ProblemNote } from './problem-note.js'
import { useAction } from './use-action.js'

const DAY_MS = 86_400_000

/** Ways in for whoever has the link: made, counted and withdrawn by admins. */
export function InvitesDialog({ convo }: { convo: Convo }) {
  const { conversation } = convo
  const invites = useSignal<Invite[] | undefined>(undefined)
  const link = useSignal<string | undefined>(undefined)
  const action = useAction()
  const read = async () => {
    invites.value = (await conversation.invites()).filter(({ revoked }) => !revoked)
  }
  useEffect(() => void action.run(read), [])
  return (
    <Dialog title="Invite links">
      <NewInvite
        busy={action.busy}
        onMake={(terms) =>
          void action.run(async () => {
            const { secret } = await conversation.createInvite(terms)
            link.value = writeInvite(secret)
            await read()
          })
        }
      />
      {link.value !== undefined && (
        <div class="new-link">
          <label class="field">
            <span>New link</span>
            <input readOnly value={link.value} onFocus={(event) => event.currentTarget.select()} />
          </label>
          <CopyButton text={link.value} />
          <p class="hint">
            It is shown this once. Whoever has it can come in and read from then on.
          </p>
        </div>
      )}
      <ProblemNote problem={action.problem} />
      {invites.value !== undefined && invites.value.length === 0 && link.value === undefined && (
        <p class="hint">No link leads in here.</p>
      )}
      <ul class="device-list" aria-label="Links that work">
        {invites.value?.map((invite) => (
          <li key={invite.inviteId} class="device">
            <div class="device-texts">
              <p>{usesOf(invite)}</p>
              <small>{endOf(invite)}</small>
            </div>
            <button
              type="button"
              class="button button-small"
              disabled={action.busy}
              onClick={() =>
                void action.run(async () => {
                  await conversation.revokeInvite(invite.inviteId)
                  await read()
                })
              }
            >
              Withdraw
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}

function NewInvite({ busy, onMake }: NewInviteProps) {
  const days = useSignal('7')
  const uses = useSignal('')
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        const [until, most] = [Number(days.value), Number(uses.value)]
        onMake({
          ...(until > 0 && { expiresAt: new Date(Date.now() + until * DAY_MS) }),
          ...(most > 0 && { maxUses: most }),
        })
      }}
    >
      <div class="columns">
        <label class="field">
          <span>Works for</span>
          <select
            value={days.value}
            onChange={({ currentTarget }) => (days.value = currentTarget.value)}
          >
            <option value="1">a day</option>
            <option value="7">a week</option>
            <option value="30">30 days</option>
            <option value="0">ever</option>
          </select>
        </label>
        <label class="field">
          <span>How many people</span>
          <input
            type="number"
            min={1}
            max={1000}
            value={uses.value}
            placeholder="Any number"
            onInput={({ currentTarget }) => (uses.value = currentTarget.value)}
          />
        </label>
      </div>
      <button type="submit" class="button button-primary" disabled={busy}>
        Make a link
      </button>
    </form>
  )
}

function usesOf({ uses, maxUses }: Invite): string {
  const came = uses === 0 ? 'Nobody came in by it' : `${count(uses, 'account')} came in by it`
  return maxUses === undefined ? came : `${came}, of ${maxUses}`
}

function endOf({ expiresAt }: Invite): string {
  if (expiresAt === undefined) return 'Works until it is withdrawn'
  const until = new Date(expiresAt).toLocaleString(undefined, {
    dateStyle: 'medium',
    timeStyle: 'short',
  })
  return `Works until ${until}`
}

interface NewInviteProps {
  busy: boolean
  onMake(terms: { expiresAt?: Date; maxUses?: number }): void
}
