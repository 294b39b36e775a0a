import { expect, test } from 'vitest'
import { Batches, type BatchWork } from '../../../src/lib/batches.js'
import { LogStore, type Message } from '../../support/log-store.js'
import { Random } from '../../support/random.js'

const BOUNDS = {
  atOnce: 2,
  maxItems: 4,
  maxWeight: 100,
  weigh: ({ weight }: Message) => weight,
  patienceMs: 60_000,
}
const RUNS = 150
/** Of seeds that never change, so that what they show never changes. */
const CONTROL_RUNS = 20

/** What takes messages: the real one, or one of the controls. */
type Submit = (key: string, message: Message) => Promise<number>

test.each([
  ['while a batch is waited for', BOUNDS],
  ['while nobody waits for a batch long', { ...BOUNDS, patienceMs: 0 }],
])(
  'whatever arrives, is refused, is busy or fails, %s: order, no loss, no second effect, and each answer its own',
  async (_when, bounds) => {
    const real = (store: LogStore): Submit => {
      const batches = new Batches<string, Message, number>(store, bounds)
      return (key, message) => batches.submit(key, message)
    }
    const seed = Random.seed()
    const faults: string[] = []
    for (let run = 0; run < RUNS; run++) faults.push(...(await faultsOf(real, seed + run)))
    expect(faults, `MLS_SEED=${seed}`).toEqual([])
  },
  120_000,
)

test('control: without waiting for each other, the messages of a key lose their order', async () => {
  const hasty = (store: LogStore): Submit =>
    async function submit(key, message): Promise<number> {
      const [outcome] = await store.together([{ key, input: message }])
      if (outcome === 'busy') return submit(key, message)
      if ('failed' in outcome!) throw outcome.failed
      return outcome!.done
    }
  const faults: string[] = []
  for (let run = 0; run < CONTROL_RUNS; run++) faults.push(...(await faultsOf(hasty, 1 + run)))
  expect(new Set(faults.map((fault) => fault.split(':')[0]))).toContain('order')
}, 120_000)

test('control: without trying each alone, one message spoils it for others', async () => {
  const careless = (store: LogStore): Submit => {
    const failing: BatchWork<string, Message, number> = {
      together: (items) =>
        store.together(items).catch((failed: unknown) => items.map(() => ({ failed }))),
      alone: (key, messages) => store.alone(key, messages),
    }
    const batches = new Batches<string, Message, number>(failing, BOUNDS)
    return (key, message) => batches.submit(key, message)
  }
  const faults: string[] = []
  for (let run = 0; run < CONTROL_RUNS; run++) faults.push(...(await faultsOf(careless, 1 + run)))
  expect(new Set(faults.map((fault) => fault.split(':')[0]))).toContain('innocent')
}, 120_000)

test('a key that stays busy keeps nobody else waiting', async () => {
  const log: string[] = []
  let free!: () => void
  const held = new Promise<void>((resolve) => (free = resolve))
  const batches = new Batches<string, string, string>(
    {
      together: async (items) =>
        items.map(({ key, input }) => {
          if (key === 'held') return 'busy'
          log.push(input)
          return { done: input }
        }),
      alone: async (_key, inputs) => {
        await held
        log.push(...inputs)
        return inputs.map((done) => ({ done }))
      },
    },
    { atOnce: 1, maxItems: 8, maxWeight: Infinity, weigh: () => 1, patienceMs: 60_000 },
  )
  const waiting = ['h1', 'h2'].map((input) => batches.submit('held', input))
  await batches.submit('other', 'o1')
  const later = batches.submit('held', 'h3')
  await batches.submit('other', 'o2')
  expect(log).toEqual(['o1', 'o2'])
  free()
  expect(await Promise.all([...waiting, later])).toEqual(['h1', 'h2', 'h3'])
  expect(log).toEqual(['o1', 'o2', 'h1', 'h2', 'h3'])
  // Afterwards the key is like any other.
  expect(batches.asides).toBe(0)
})

test('what comes while a batch is on its way goes together, up to the bounds', async () => {
  const sizes: number[] = []
  let answer!: () => void
  const first = new Promise<void>((resolve) => (answer = resolve))
  const batches = new Batches<string, number, number>(
    {
      together: async (items) => {
        sizes.push(items.length)
        await first
        return items.map(({ input }) => ({ done: input }))
      },
      alone: () => Promise.reject(new Error('nobody is busy')),
    },
    { atOnce: 1, maxItems: 4, maxWeight: 10, weigh: (weight) => weight, patienceMs: 60_000 },
  )
  const early = batches.submit('a', 1)
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  const late = [1, 1, 1, 1, 1, 99, 6, 5].map((weight) => batches.submit('a', weight))
  answer()
  await Promise.all([early, ...late])
  expect(sizes).toEqual([1, 4, 1, 1, 1, 1])
})

test('a second batch sets out when it would be full, and none has a key of another', async () => {
  const { batches, sets, comeBack } = heldBatches({ atOnce: 2, maxItems: 4, patienceMs: 60_000 })
  const sent = [batches.submit('a', 0)]
  await turn()
  sent.push(...[1, 2, 3, 4, 5].map((n) => batches.submit('a', n)))
  sent.push(...[1, 2, 3].map((n) => batches.submit('b', n)))
  await turn()
  // Eight wait, but of another key than the one under way there are three.
  expect(sets).toEqual([['a']])
  sent.push(batches.submit('c', 1))
  await turn()
  expect(sets).toEqual([['a'], ['b', 'b', 'b', 'c']])
  // And no third one, however many wait.
  sent.push(...[1, 2, 3, 4, 5].map((n) => batches.submit(`d${n}`, n)))
  await turn()
  expect(sets).toHaveLength(2)
  comeBack()
  await Promise.all(sent)
})

test('whoever waits behind a batch that does not come back goes on without it', async () => {
  const { batches, sets, comeBack } = heldBatches({ atOnce: 2, maxItems: 4, patienceMs: 5 })
  const first = batches.submit('a', 0)
  await turn()
  const behind = batches.submit('a', 1)
  const other = batches.submit('b', 1)
  await expect.poll(() => sets).toEqual([['a'], ['b']])
  comeBack()
  expect(await Promise.all([first, behind, other])).toEqual([0, 1, 1])
  expect(sets).toEqual([['a'], ['b'], ['a']])
})

/** Batches that come back when they are told to, and then at once. */
function heldBatches(bounds: { atOnce: number; maxItems: number; patienceMs: number }) {
  const sets: string[][] = []
  let comeBack!: () => void
  const told = new Promise<void>((resolve) => (comeBack = resolve))
  const batches = new Batches<string, number, number>(
    {
      together: async (items) => {
        sets.push(items.map(({ key }) => key))
        await told
        return items.map(({ input }) => ({ done: input }))
      },
      alone: () => Promise.reject(new Error('nobody is busy')),
    },
    { ...bounds, maxWeight: Infinity, weigh: () => 1 },
  )
  return { batches, sets, comeBack }
}

/** Time enough for a batch to set out. */
async function turn(): Promise<void> {
  for (let n = 0; n < 3; n++) await new Promise(setImmediate)
}

/** One run: messages of a few keys at random moments; what is wrong afterwards, one line each. */
async function faultsOf(contender: (store: LogStore) => Submit, seed: number): Promise<string[]> {
  const random = new Random(seed)
  const store = new LogStore(random, BOUNDS)
  const submit = contender(store)
  const sent: { key: string; message: Message; outcome: Promise<Outcome> }[] = []
  for (let i = 0; i < 40; i++) {
    const key = `key${random.int(4)}`
    const message = {
      id: `${i}`,
      weight: 1 + random.int(40),
      kind: (['plain', 'plain', 'plain', 'plain', 'refused', 'poison'] as const)[random.int(6)]!,
    }
    const outcome = submit(key, message).then(
      (place) => ({ place }),
      (error: unknown) => ({ error: (error as Error).message }),
    )
    sent.push({ key, message, outcome })
    for (let turns = random.int(4); turns > 0; turns--) await new Promise(setImmediate)
  }
  const faults = [...store.faults]
  for (const { key, message, outcome } of sent) {
    const settled = await outcome
    if ('place' in settled) {
      if (message.kind !== 'plain') faults.push(`guilty: ${message.id} was taken`)
      if (store.log(key)[settled.place] !== message.id) faults.push(`answer: ${message.id}`)
    } else if (message.kind === 'plain' && settled.error !== 'crash of it alone') {
      faults.push(`innocent: ${message.id} got ${settled.error}`)
    } else if (message.kind === 'refused' && settled.error === 'poison') {
      faults.push(`innocent: ${message.id} got the failure of another`)
    }
  }
  for (const key of new Set(sent.map((each) => each.key))) {
    const log = store.log(key)
    if (new Set(log).size !== log.length) faults.push(`twice: ${log.join()}`)
    const order = sent.filter((each) => each.key === key).map(({ message }) => message.id)
    const inOrder = order.filter((id) => log.includes(id))
    if (log.join() !== inOrder.join()) faults.push(`order: ${log.join()}`)
  }
  return faults.map((fault) => `${fault} (seed ${seed})`)
}

type Outcome = { place: number } | { error: string }
