import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { methodsOf } from '../../scripts/lexicons/methods.js'
import { readLexicons } from '../../src/bin/lexicons/read.js'
import { SchemaRepository } from '../../src/bin/lexicons/repository.js'
import { runCommand } from '../support/command.js'
import type { PdsAccount, TestPds } from '../support/pds.js'
import { startPds } from '../support/pds.js'

const LEXICONS = resolve(import.meta.dirname, '../../lexicons')
const { docs } = readLexicons(LEXICONS)
// Each starts the command several times.
vi.setConfig({ testTimeout: 180_000 })

const CONVO = 'blue.catbird.mls.getConvo'

let pds: TestPds
let account: PdsAccount
let password: string
/** Of the tree, to be edited. */
let directory: string
beforeAll(async () => {
  pds = await startPds()
  account = await pds.createAccount()
  password = await appPassword(account)
})
afterAll(() => pds[Symbol.asyncDispose]())
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lexicons-'))
  cpSync(LEXICONS, directory, { recursive: true })
})
afterEach(() => rmSync(directory, { recursive: true }))

// One account through its life: each test goes on from what the one before has published.
describe('publishing', () => {
  test('nothing is written before somebody has agreed', async () => {
    const dry = await lexicons('publish', '--dry-run')
    expect(dry).toMatchObject({ code: 0 })
    expect(dry.stdout).toContain(`+ ${CONVO}: new`)
    const unasked = await lexicons('publish')
    expect(unasked).toMatchObject({ code: 1, stderr: expect.stringContaining('--yes') })
    expect(await published()).toEqual(new Map())
  })

  test('all is published, and resolves back as it stands here', async () => {
    const answer = await lexicons('publish', '--yes')
    expect(answer).toMatchObject({ code: 0, stderr: '' })
    expect(answer.stdout).not.toContain(password)
    for (const doc of docs) {
      expect(await pds.resolveLexicon(account.did, doc.id)).toMatchObject(doc)
    }
    expect([...(await published()).keys()].sort()).toEqual(docs.map(({ id }) => id).sort())
    expect(await lexicons('check')).toMatchObject({ code: 0 })
  })

  test('only what has changed is written again', async () => {
    const before = await published()
    edit(CONVO, (main) => (main.description = 'Another text.'))
    const differs = await lexicons('check', '--dir', directory)
    expect(differs).toMatchObject({ code: 1 })
    expect(differs.stdout).toContain(`~ ${CONVO}: changed`)
    expect(differs.stdout).toMatch(/~ defs\.main\.description: "Get .+ is now "Another text\."/)
    const changed = await lexicons('publish', '--yes', '--dir', directory)
    expect(changed.stdout.match(/^published .*/gm)).toEqual([`published ${CONVO}`])
    expect(changed.stdout).toContain(`${docs.length - 1} unchanged`)
    const after = await published()
    const renewed = [...after].filter(([nsid, { cid }]) => cid !== before.get(nsid)?.cid)
    expect(renewed.map(([nsid]) => nsid)).toEqual([CONVO])
  })

  test('what breaks a published lexicon is not published without a word', async () => {
    edit(CONVO, (main) => (main.parameters.required = []))
    const before = await published()
    const refused = await lexicons('publish', '--yes', '--dir', directory)
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('--breaking') })
    expect(refused.stdout).toContain('convoId: no longer required')
    expect(await published()).toEqual(before)
    const forced = await lexicons('publish', '--yes', '--breaking', '--dir', directory)
    expect(forced).toMatchObject({ code: 0 })
    expect(await published()).not.toEqual(before)
  })

  test('a wrong password is one line, and a session is as good as a right one', async () => {
    const wrong = await command(['publish', '--yes', '--breaking'], {
      LEXICON_PASSWORD: 'not-the-password',
    })
    expect(wrong).toMatchObject({ code: 1 })
    expect(wrong.stderr.trim().split('\n')).toHaveLength(1)
    expect(wrong.stderr).toContain('createSession')
    expect(wrong.stderr + wrong.stdout).not.toContain('not-the-password')
    const session = { LEXICON_SESSION: account.session }
    const right = await command(['publish', '--yes', '--breaking'], session)
    expect(right).toMatchObject({ code: 0, stderr: '' })
  })

  test('who was slower replaces nothing', async () => {
    const repository = await open()
    await repository.signIn({ password })
    const doc = docs.find(({ id }) => id === CONVO)!
    const { cid } = (await repository.list()).get(CONVO)!
    const [mine, yours] = ['Mine.', 'Yours.'].map((description) => ({ ...doc, description }))
    await expect(repository.put(mine!, null)).rejects.toThrow('changed meanwhile')
    await repository.put(mine!, cid)
    await expect(repository.put(yours!, cid)).rejects.toThrow('changed meanwhile')
  })

  test('the permission sets give a client what they name, of the service that it asks for', async () => {
    const aud = 'did:web:mls.example.com#atproto_mls'
    const full = await scopesOf('authFull', aud)
    const rpc = full.find((scope) => scope.startsWith('rpc'))!
    for (const { nsid } of methodsOf(docs)) expect(rpc).toContain(`lxm=${nsid}`)
    expect(rpc).toContain(`aud=${aud.replace('#', '%23')}`)
    expect(full.join(' ')).toContain('blue.catbird.mls.declaration')

    const reading = (await scopesOf('authRead', aud)).join(' ')
    expect(reading).toContain('blue.catbird.mls.getMessages')
    expect(reading).not.toContain('blue.catbird.mls.sendMessage')
    // A set without an audience gives no service anything.
    expect((await scopesOf('authFull')).filter((scope) => scope.startsWith('rpc'))).toEqual([])
  })
})

async function scopesOf(name: string, aud?: string): Promise<string[]> {
  const nsid = `blue.catbird.mls.${name}`
  const { defs } = await pds.resolveLexicon(account.did, nsid)
  const include = `include:${nsid}${aud ? `?aud=${encodeURIComponent(aud)}` : ''}`
  return pds.scopesOf(include, defs.main!)
}

function lexicons(...args: string[]) {
  return command(args, { LEXICON_PASSWORD: password })
}

function command(args: string[], env: Record<string, string>) {
  return runCommand(['lexicons', ...args, '--no-dns'], {
    PLC_URL: pds.plcUrl,
    LEXICON_ACCOUNT: account.did,
    ...env,
  })
}

function open(): Promise<SchemaRepository> {
  return SchemaRepository.of(account.did, { plcUrl: pds.plcUrl, allowLocalhost: true })
}

async function published() {
  return (await open()).list()
}

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- lexicons of any kind */
function edit(nsid: string, change: (main: any) => void): void {
  const file = join(directory, `${nsid.replaceAll('.', '/')}.json`)
  const doc = JSON.parse(readFileSync(file, 'utf8'))
  change(doc.defs.main)
  writeFileSync(file, JSON.stringify(doc))
}

async function appPassword(owner: PdsAccount): Promise<string> {
  const answer = await owner.procedure('com.atproto.server.createAppPassword', { name: 'lexicons' })
  return ((await answer.json()) as { password: string }).password
}
