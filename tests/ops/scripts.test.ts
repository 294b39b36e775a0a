import { execFile } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { resolveKustomization } from '../support/kustomize.js'

const ROOT = join(import.meta.dirname, '../..')
const run = promisify(execFile)

it.each(globSync('ops/**/*.sh', { cwd: ROOT }))('%s is a script', async (file) => {
  const text = readFileSync(join(ROOT, file), 'utf8')
  const shell = /^#!\/(?:usr\/bin\/env bash|bin\/sh)\n/.exec(text)?.[0].includes('bash')
  await run(shell ? 'bash' : 'sh', ['-n', join(ROOT, file)])
  await run('test', ['-x', join(ROOT, file)])
})

describe('the Makefile', () => {
  const text = readFileSync(join(ROOT, 'Makefile'), 'utf8')
  const targets = Array.from(text.matchAll(/^([a-z-]+):.*## /gm), ([, name]) => name!)

  it('has the targets that operators know, and each says what it does', () => {
    expect(targets).toEqual(
      expect.arrayContaining(
        'build run run-dev test migrate logs stop clean backup restore deploy'.split(' '),
      ),
    )
    const phony = /^\.PHONY: (.*)$/m.exec(text)?.[1]?.split(' ')
    expect(phony?.toSorted()).toEqual([...targets].sort())
  })

  it('calls scripts that are there', async () => {
    const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    const named = Array.from(text.matchAll(/^\t(?:@)?npm (?:run )?([\w:]+)/gm), ([, name]) => name!)
    expect(named.length).toBeGreaterThan(6)
    expect(named.filter((name) => name !== 'ci' && !(name in scripts))).toEqual([])
    for (const [file] of text.matchAll(/ops\/[\w-]+\.sh/g)) {
      expect(existsSync(join(ROOT, file)), file).toBe(true)
    }
  })

  it.each(targets.filter((name) => name !== 'restore'))('has a recipe for %s', async (target) => {
    const { stdout } = await run('make', ['--dry-run', target, 'OVERLAY=staging'], { cwd: ROOT })
    expect(stdout).not.toBe('')
  })

  it('does not restore without being told what', async () => {
    const args = ['restore', '--assume-old=node_modules']
    const { stdout, code } = await run('make', args, { cwd: ROOT }).then(
      (outcome) => ({ ...outcome, code: 0 }),
      (error: { stdout: string; code: number }) => error,
    )
    expect([stdout, code]).toEqual([expect.stringContaining('BACKUP='), 2])
  })
})

describe('ops/deploy.sh', () => {
  let scratch: string
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'catbird-deploy-'))
    const resources = await resolveKustomization(join(ROOT, 'ops/k8s/overlays/staging'))
    const manifests = resources.map((resource) => stringify(resource)).join('---\n')
    await writeFile(join(scratch, 'manifests.yaml'), manifests)
    await writeFile(join(scratch, 'kubectl'), KUBECTL)
    await chmod(join(scratch, 'kubectl'), 0o755)
  })
  afterAll(() => rm(scratch, { recursive: true, force: true }))

  it('configures, migrates to the end, and only then rolls out', async () => {
    const { code, calls, images } = await deploy(['staging', '0.2.0'])
    expect(code).toBe(0)
    expect(calls).toEqual([
      'kustomize ops/k8s/overlays/staging',
      'apply config',
      'get secret catbird-mls',
      'delete job catbird-mls-migration',
      'apply migration',
      'wait job/catbird-mls-migration',
      'apply service',
      'apply backup',
      'rollout status deployment/catbird-mls',
    ])
    expect(images).toEqual(Array(3).fill('registry.example.com/catbird-mls:0.2.0'))
  })

  it.each([
    ['there is no secret', 'get secret', 'get secret catbird-mls', 'secret.example.yaml'],
    ['the migration fails', 'wait', 'logs job/catbird-mls-migration', 'the pods are as they were'],
    ['the pods do not come up', 'rollout', 'rollout status deployment/catbird-mls', 'rollout undo'],
  ])('stops where %s, and says what to do', async (_when, failing, last, words) => {
    const { code, calls, stderr } = await deploy(['staging'], failing)
    expect(code).toBe(1)
    expect(calls.at(-1)).toBe(last)
    expect(stderr).toContain(words)
  })

  it('knows no other overlays', async () => {
    const { code, calls, stderr } = await deploy(['nowhere'])
    expect([code, calls]).toEqual([1, []])
    expect(stderr).toContain('ops/k8s/overlays/nowhere')
  })

  async function deploy(args: string[], failing = ''): Promise<Deployment> {
    const env = { PATH: `${scratch}:${process.env.PATH}`, SCRATCH: scratch, FAILING: failing }
    await writeFile(join(scratch, 'calls'), '')
    const outcome = await run(join(ROOT, 'ops/deploy.sh'), args, { env }).then(
      ({ stderr }) => ({ code: 0, stderr }),
      ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
    )
    const calls = (await readFile(join(scratch, 'calls'), 'utf8')).split('\n').filter(Boolean)
    const applied = calls.length > 1 ? await readFile(join(scratch, 'applied.yaml'), 'utf8') : ''
    const images = Array.from(applied.matchAll(/image: (\S+)/g), ([, image]) => image!)
    return { ...outcome, calls, images }
  }
})

/** Writes down what it is asked, in short, and fails at what `FAILING` says. */
const KUBECTL = `#!/usr/bin/env bash
words=()
while [ $# -gt 0 ]; do
  case $1 in
    --namespace|--tail) shift ;;
    --filename) cp "$2" "$SCRATCH/applied.yaml"; shift ;;
    --selector) words+=("\${2#app.kubernetes.io/component=}"); shift ;;
    --*) ;;
    *) words+=("$1") ;;
  esac
  shift
done
echo "\${words[*]}" >>"$SCRATCH/calls"
[ "\${words[0]}" = kustomize ] && cat "$SCRATCH/manifests.yaml"
[ -z "$FAILING" ] || [[ "\${words[*]}" != "$FAILING"* ]]
`

interface Deployment {
  code: number
  stderr: string
  /** What kubectl was asked, in short. */
  calls: string[]
  /** Of the manifests that were applied. */
  images: string[]
}
