import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const STEP_PATIENCE_MS = 300_000

/** One stage of a Dockerfile: where it begins, and what it does. */
export interface Stage {
  name: string
  from: string
  steps: Step[]
}

export interface Step {
  instruction: string
  /** What follows the instruction, on one line. */
  text: string
}

/** The stages of a Dockerfile, as far as its own syntax goes: no here-documents, no `ONBUILD`. */
export function parseDockerfile(source: string): Stage[] {
  const stages: Stage[] = []
  const text = source.replace(/^\s*#.*\n/gm, '').replace(/\\\n/g, ' ')
  for (const line of text.split('\n')) {
    const [, instruction, rest = ''] = /^(\S+)\s+(.*)$/.exec(line.trim()) ?? []
    if (instruction === undefined) continue
    if (instruction === 'FROM') {
      const [from = '', , name] = rest.split(/\s+/)
      stages.push({ name: name ?? String(stages.length), from, steps: [] })
    } else {
      stages.at(-1)!.steps.push({ instruction, text: rest.replace(/\s+/g, ' ') })
    }
  }
  return stages
}

/**
 * Runs the steps of a stage as plain commands, in a directory that stands for the root of its image.
 * What would be copied from other stages comes from their directories.
 */
export async function runStage(stage: Stage, { root, context, roots, env }: StageRun) {
  let directory = root
  for (const { instruction, text } of stage.steps) {
    if (instruction === 'WORKDIR') {
      directory = join(root, text)
      await mkdir(directory, { recursive: true })
    } else if (instruction === 'COPY') {
      await copy(text, { directory, context, roots })
    } else if (instruction === 'RUN') {
      await run('sh', ['-ec', text], { cwd: directory, env, timeout: STEP_PATIENCE_MS })
    }
  }
}

/** `ENV` of a stage; paths are those of the image. */
export function environmentOf({ steps }: Stage): Record<string, string> {
  const pairs = steps
    .filter(({ instruction }) => instruction === 'ENV')
    .flatMap(({ text }) => [...text.matchAll(ENV_PAIR)])
  return Object.fromEntries(pairs.map(([, name, quoted, bare]) => [name, quoted ?? bare]))
}

/** A value that is in double quotes may have spaces. */
const ENV_PAIR = /([^\s=]+)=(?:"([^"]*)"|(\S*))/g

/** The last of an instruction's steps that is a JSON array, as `CMD` and `ENTRYPOINT` are here. */
export function execForm({ steps }: Stage, instruction: string): string[] {
  const { text } = steps.findLast((step) => step.instruction === instruction)!
  return JSON.parse(text.slice(text.indexOf('['))) as string[]
}

/** A `.dockerignore` of the kind that leaves out everything but what it names. */
export async function contextOf(directory: string): Promise<(path: string) => boolean> {
  const lines = (await readFile(join(directory, '.dockerignore'), 'utf8')).split('\n')
  const [all, ...named] = lines.filter((line) => line !== '' && !line.startsWith('#'))
  if (all !== '*' || !named.every((line) => /^!\.?[\w-]+(?:\.[\w.-]+)?$/.test(line))) {
    throw new Error('.dockerignore is not a list of exceptions to *')
  }
  const kept = new Set(named.map((line) => line.slice(1)))
  return (path) => kept.has(path.split('/')[0]!)
}

async function copy(text: string, { directory, context, roots }: Copying): Promise<void> {
  const words = text.split(' ')
  const from = words[0]!.startsWith('--from=') ? words.shift()!.slice('--from='.length) : undefined
  const target = words.pop()!
  for (const source of words) {
    if (from === undefined && !context.sends(source)) throw new Error(`not sent: COPY ${source}`)
    const path = from === undefined ? join(context.directory, source) : join(roots[from]!, source)
    const into = target.endsWith('/')
    // As Docker does: of a directory what is in it, under the target's name.
    const to = into && (await stat(path)).isFile() ? join(target, basename(source)) : target
    await cp(path, join(directory, to), { recursive: true, verbatimSymlinks: true })
  }
}

export interface StageRun extends Omit<Copying, 'directory'> {
  root: string
  env: Record<string, string | undefined>
}

interface Copying {
  directory: string
  context: { directory: string; sends: (path: string) => boolean }
  /** Directories of stages by their names. */
  roots: Record<string, string>
}
