import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compileSample, problemsIn, readSamples } from '../support/samples.js'
import { SdkStage } from '../support/sdk.js'
import { startService } from '../support/service.js'

const GUIDE = 'docs/client-guide.md'
const SECRET = 'a secret of the guide that is long enough to be one'

test('every sample of the guide compiles', async () => {
  const samples = await readSamples(GUIDE)
  expect(samples.length).toBeGreaterThan(4)
  expect(problemsIn(samples.map(({ code }) => code))).toEqual([])
})

test('control: a sample that is wrong does not compile', () => {
  const wrong = "import { MlsClient } from '@catbird/mls-client'\nMlsClient.open({ service: 5 })\n"
  expect(problemsIn([wrong])).not.toEqual([])
})

test('the bot of the guide answers', async () => {
  await using service = await startService({ env: { JWT_SECRET: SECRET } })
  await using stage = new SdkStage(service)
  const dir = await mkdtemp(join(tmpdir(), 'client-guide-'))
  const bot = await service.createAccount()
  const [sample] = (await readSamples(GUIDE)).filter(({ runs }) => runs)
  const child = spawn(process.execPath, [await compileSample(sample!.code, dir)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      MLS_SERVICE: service.url,
      MLS_DID: bot.did,
      JWT_SECRET: SECRET,
      STORE_KEY: '11'.repeat(32),
      STORE_FILE: join(dir, 'store.db'),
    },
  })
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  const ended = once(child, 'exit')
  try {
    const [person] = await stage.online(1)
    const convo = await reach(() => person!.mls.direct(bot.did))
    await convo.send('hello')
    await person!.read(convo.id, 'hello', 'you said: hello')
  } catch (cause) {
    throw new Error(`the bot said: ${complaint}`, { cause })
  } finally {
    child.kill()
    await ended
    await rm(dir, { recursive: true })
  }
})

/** The bot needs a moment until it has published key packages. */
async function reach<T>(call: () => Promise<T>): Promise<T> {
  for (const deadline = performance.now() + 30_000; ;) {
    try {
      return await call()
    } catch (error) {
      const early = (error as { code?: string }).code === 'unreachableAccounts'
      if (!early || performance.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
