import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { isFailure } from './client-retry.js'
import type { ClientDevice } from './client-device.js'
import { TestGroup } from './mls/index.js'

/**
 * `count` different commits for the epoch that the group is in, sent at once, each through the next of
 * `doors`. One wins; the answers of the others say so and name it. Answers the group of the winner.
 */
export async function raceCommits(
  group: TestGroup,
  convoId: string,
  doors: ClientDevice[],
  count: number,
): Promise<{ newEpoch: number; seq: number; group: TestGroup }> {
  const forks = Array.from({ length: count }, () => new TestGroup(group.device, group.state))
  const changes = await Promise.all(forks.map((fork) => fork.commit()))
  const outcomes = await Promise.allSettled(
    changes.map((change, i) =>
      doors[i % doors.length]!.api.procedure('submitCommit', { convoId, change }),
    ),
  )
  const won = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  expect(won).toHaveLength(1)
  const { newEpoch, seq } = won[0]!
  const ended = `epoch ${newEpoch}; epoch ${newEpoch - 1} was ended by the commit at seq ${seq}.`
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') continue
    expect(outcome.reason).toMatchObject({ error: 'EpochMismatch', status: 409 })
    expect(String((outcome.reason as Error).message)).toContain(ended)
  }
  const winner = forks[outcomes.findIndex(({ status }) => status === 'fulfilled')]!
  winner.adopt()
  return { newEpoch, seq, group: winner }
}

/**
 * Everybody writes, commits and repeats itself at once; answers what was acknowledged, each msgId with
 * the one seq that all of its repetitions were told.
 */
export async function storm(
  writers: ClientDevice[],
  convoId: string,
  each: { messages: number; commits: number; repeats: number },
): Promise<Map<string, number>> {
  const acknowledged = new Map<string, number>()
  const write = async (writer: ClientDevice) => {
    const { group } = writer.convo(convoId)
    for (let i = 0; i < each.messages; i++) {
      const msgId = randomUUID()
      const send = async (): Promise<number[]> => {
        const { epoch } = group
        const input = { convoId, msgId, epoch, ciphertext: await group.encrypt(`${i}`) }
        try {
          const answers = await Promise.all(
            Array.from({ length: each.repeats }, () => writer.api.procedure('sendMessage', input)),
          )
          return answers.map(({ seq }) => seq!)
        } catch (error) {
          if (!isFailure(error, 'EpochMismatch')) throw error
          await follow(writer, convoId)
          return send()
        }
      }
      const seqs = await send()
      expect(new Set(seqs).size).toBe(1)
      acknowledged.set(msgId, seqs[0]!)
    }
  }
  const commit = async (writer: ClientDevice) => {
    for (let i = 0; i < each.commits; i++) await writer.convo(convoId).update()
  }
  // Whoever commits does not write: a device applies what it commits one after another.
  const half = Math.ceil(writers.length / 2)
  await Promise.all([...writers.slice(0, half).map(write), ...writers.slice(half).map(commit)])
  return acknowledged
}

/** Applies the commits that the device has not applied; nobody can read back what one wrote oneself. */
export async function follow(device: ClientDevice, convoId: string): Promise<TestGroup> {
  const { api, group } = device.convo(convoId)
  let sinceSeq = 0
  for (let more = true; more;) {
    const page = await api.query('getMessages', { convoId, sinceSeq, limit: 100 })
    for (const { messageType, epoch, ciphertext } of page.messages) {
      if (messageType === 'commit' && epoch === group.epoch) await group.process(ciphertext!)
    }
    sinceSeq = page.lastSeq
    more = page.hasMore
  }
  return group
}
