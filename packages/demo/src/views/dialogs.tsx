import { AccountDialog } from './account-dialog.js'
import { AddDialog } from './add-dialog.js'
import { ConfirmDialog } from './confirm-dialog.js'
import { InvitesDialog } from './invites-dialog.js'
import { JoinDialog } from './join-dialog.js'
import { NewDialog } from './new-dialog.js'
import { PersonDialog } from './person-dialog.js'
import { RenameDialog } from './rename-dialog.js'
import { ReportDialog } from './report-dialog.js'
import { dialog } from './ui.js'
import { useChat } from './use-chat.js'

/** The dialog that is open. One whose conversation is not there any more is not. */
export function Dialogs() {
  const chat = useChat()
  const request = dialog.value
  if (request === undefined) return null
  if (request.kind === 'new') return <NewDialog />
  if (request.kind === 'join') return <JoinDialog secret={request.secret} />
  if (request.kind === 'account') return <AccountDialog />
  if (request.kind === 'confirm') return <ConfirmDialog {...request} />
  const convo = chat.convo('convoId' in request ? request.convoId : undefined)
  if (convo === undefined) return null
  if (request.kind === 'add') return <AddDialog convo={convo} />
  if (request.kind === 'invites') return <InvitesDialog convo={convo} />
  if (request.kind === 'rename') return <RenameDialog convo={convo} />
  if (request.kind === 'report') return <ReportDialog convo={convo} did={request.did} />
  return <PersonDialog key={request.did} convo={convo} did={request.did} />
}
