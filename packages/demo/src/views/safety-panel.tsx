import { useSignal, useSignalEffect } from '@preact/signals'
import type { Safety } from '@catbird/mls-client'
import type { Convo } from '../model/convo.js'
import { problemOf } from '../model/problem.js'
import type { Problem } from '../model/problem.js'
import { grouped } from '../text/hex.js'
import { count } from '../text/sizes.js'
import { DeviceRoster } from './device-roster.js'
import { Icon } from './icon.js'
import { ProblemNote } from './problem-note.js'
import { WhatServiceSees } from './what-service-sees.js'

/** What can be known without believing the service, and what the service knows. */
export function SafetyPanel({ convo }: { convo: Convo }) {
  const safety = useSignal<Safety | undefined>(undefined)
  const problem = useSignal<Problem | undefined>(undefined)
  useSignalEffect(() => {
    void convo.now.value
    convo.conversation.safety().then(
      (found) => {
        safety.value = found
        problem.value = undefined
      },
      (error: unknown) => (problem.value = problemOf(error)),
    )
  })
  if (problem.value !== undefined) return <ProblemNote problem={problem.value} />
  if (safety.value === undefined) {
    return (
      <div class="skeleton-row" aria-busy="true" aria-label="Loading">
        <span class="skeleton skeleton-line" />
      </div>
    )
  }
  return (
    <>
      <Verdict convo={convo} safety={safety.value} />
      <SafetyNumber safety={safety.value} />
      <DeviceRoster convo={convo} devices={safety.value.devices} />
      <WhatServiceSees convo={convo} />
      <Details convo={convo} safety={safety.value} />
    </>
  )
}

function Verdict({ convo, safety }: { convo: Convo; safety: Safety }) {
  const { mismatch, fork } = convo.now.value
  const people = new Set(safety.devices.map(({ did }) => did)).size
  const readers = `${count(safety.devices.length, 'device')} of ${people === 1 ? 'one person' : `${people} people`}`
  if (mismatch !== undefined || fork !== undefined) {
    return (
      <div class="safety-state alarm" role="alert">
        <Icon name="warning" />
        <strong>Something does not fit</strong>
        {mismatch !== undefined && (
          <p>
            {readers} can read this. The service says otherwise: it leaves out{' '}
            {count(mismatch.missing.length, 'device')} and names{' '}
            {count(mismatch.extra.length, 'device')} that the group does not have.
          </p>
        )}
        {fork !== undefined && (
          <p>
            At entry {fork.seq} you and another member were shown different histories. Compare the
            safety number with everybody.
          </p>
        )}
      </div>
    )
  }
  return (
    <div class="safety-state">
      <Icon name="shieldCheck" />
      <strong>{readers} can read this</strong>
      <p>
        This browser knows that from the group’s own signed tree. Nobody is added, by anyone,
        without showing up here.
      </p>
    </div>
  )
}

function SafetyNumber({ safety }: { safety: Safety }) {
  return (
    <section aria-labelledby="number-heading">
      <h3 id="number-heading" class="panel-heading">
        Safety number
      </h3>
      <p class="hint panel-text">
        Read it to each other by another way, face to face or on the phone. If all see the same,
        nobody is between you. It changes whenever the group does.
      </p>
      <p class="safety-number">
        {safety.safetyNumber.split(' ').map((group, index) => (
          <span key={index}>{group} </span>
        ))}
      </p>
    </section>
  )
}

function Details({ convo, safety }: { convo: Convo; safety: Safety }) {
  const { facts } = convo.now.value
  const framing =
    facts?.commitFraming === 'public' ? 'public, checked in full' : 'public or encrypted'
  const rows: [string, string | undefined][] = [
    ['Epoch', String(safety.epoch)],
    ['Generation', String(safety.generation)],
    ['Cipher suite', safety.cipherSuite],
    ['Commits', framing],
    ['Log', `${safety.position.seq} entries`],
    ['Hash of the log', grouped(safety.position.hash ?? '')],
    ['Epoch authenticator', grouped(safety.epochAuthenticator)],
    ['Group', grouped(safety.groupId)],
  ]
  return (
    <section aria-labelledby="details-heading">
      <h3 id="details-heading" class="panel-heading">
        Details
      </h3>
      <dl class="facts">
        {rows.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>
              <code>{value}</code>
            </dd>
          </>
        ))}
      </dl>
    </section>
  )
}
