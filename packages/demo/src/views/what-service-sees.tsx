import { useSignal, useSignalEffect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Convo } from '../model/convo.js'
import { logCounts } from '../text/log-counts.js'
import type { LogCounts } from '../text/log-counts.js'
import { listOf } from '../text/names.js'
import { count } from '../text/sizes.js'
import { Icon } from './icon.js'
import { useChat } from './use-chat.js'

const MOST_ENTRIES = 5_000

/** Of this conversation, as it is: both what the service can see and what it cannot. */
export function WhatServiceSees({ convo }: { convo: Convo }) {
  const counts = useSignal<LogCounts>({ messages: 0, changes: 0, files: 0, hidden: 0 })
  const days = useRetention()
  useSignalEffect(() => {
    void convo.entries.value
    void convo.conversation
      .history({ limit: MOST_ENTRIES })
      .then((entries) => (counts.value = logCounts(entries)))
  })
  return (
    <>
      <section aria-labelledby="sees-heading">
        <h3 id="sees-heading" class="panel-heading">
          What the service can see
        </h3>
        <ul class="sees">
          <Members convo={convo} />
          {seen(convo, counts.value, days).map(([what, detail]) => (
            <li key={what}>
              <Icon name="eye" size={18} />
              <span>
                {what}
                <small> {detail}</small>
              </span>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="hidden-heading">
        <h3 id="hidden-heading" class="panel-heading">
          What it cannot see
        </h3>
        <ul class="sees sees-not">
          {unseen(convo, counts.value).map((what) => (
            <li key={what}>
              <Icon name="lock" size={18} />
              <span>{what}</span>
            </li>
          ))}
        </ul>
      </section>
    </>
  )
}

function Members({ convo }: { convo: Convo }) {
  const { names } = useChat()
  const { members, devices } = convo.now.value
  const people = listOf(
    members.map((did) => names.of(did).name),
    6,
  )
  return (
    <li>
      <Icon name="eye" size={18} />
      <span>
        That {people} {members.length === 1 ? 'is' : 'are'} in it
        <small>
          {' '}
          with roles, requests, and {count(devices.length, 'device')}: their ids and public keys.
        </small>
      </span>
    </li>
  )
}

function seen(convo: Convo, counts: LogCounts, days: number | undefined): [string, string][] {
  const { title, facts, direct, muted } = convo.now.value
  const stored = counts.messages + counts.hidden
  const kept = days === undefined ? '' : ` It keeps them for ${count(days, 'day')}.`
  return [
    [
      `${count(stored, 'encrypted message')}, and when each came`,
      `Lengths are rounded up. Who sent a message it sees when it arrives, and does not keep.${kept}`,
    ],
    [
      `${count(counts.changes, 'change')} of who is in the group`,
      facts?.commitFraming === 'public'
        ? 'and who made each: they are open so that it can check them.'
        : 'and who made those that were not encrypted.',
    ],
    ...(title?.public === true
      ? [[`The name “${title.name ?? ''}”`, 'because it was made public.'] as [string, string]]
      : []),
    ...(counts.files > 0
      ? [
          [
            `${count(counts.files, 'encrypted file')} and who uploaded ${counts.files === 1 ? 'it' : 'each'}`,
            'with a rounded size.',
          ] as [string, string],
        ]
      : []),
    [
      'How far you have read',
      `and that you ${facts?.status === 'request' ? 'have not accepted yet' : 'have accepted'}${muted ? ', and muted it' : ''}. Only your own devices are told.`,
    ],
    [
      'When you are connected, and from which address',
      `and that this is ${direct ? 'a conversation between two' : 'a group'}.`,
    ],
  ]
}

function unseen(convo: Convo, counts: LogCounts): string[] {
  const { title, direct } = convo.now.value
  return [
    'What is said, answered, linked or attached',
    ...(direct
      ? []
      : [
          title?.name !== undefined && !title.public
            ? `The name “${title.name}” and the description`
            : 'Names and descriptions that are not made public',
        ]),
    ...(counts.files > 0 ? ['Names, kinds and contents of files'] : []),
    'Who is writing, and read receipts',
    'Anything that would let it read earlier messages later',
  ]
}

/** Days for which messages are kept; undefined where for good, or not known yet. */
function useRetention(): number | undefined {
  const { client } = useChat()
  const days = useSignal<number | undefined>(undefined)
  useEffect(() => {
    client.describeService().then(
      ({ limits }) => (days.value = limits.messageRetentionDays || undefined),
      () => undefined,
    )
  }, [client])
  return days.value
}
