import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'

/**
 * The resources of a kustomization with all that it does to them, as `kubectl kustomize` gives them. It
 * knows what the kustomizations of this project use, and refuses the rest.
 */
export async function resolveKustomization(directory: string): Promise<Resource[]> {
  const file = join(directory, 'kustomization.yaml')
  const spec = parse(await readFile(file, 'utf8')) as Kustomization
  const unknown = Object.keys(spec).filter((field) => !KNOWN.has(field))
  if (unknown.length > 0) throw new Error(`${file}: ${unknown.join()} is not known here`)

  const resources: Resource[] = []
  for (const name of spec.resources ?? []) {
    const path = join(directory, name)
    const isDirectory = (await stat(path)).isDirectory()
    resources.push(...(isDirectory ? await resolveKustomization(path) : await readResources(path)))
  }
  for (const patch of spec.patches ?? []) await applyPatch(directory, patch, resources)
  for (const resource of resources) {
    for (const { pairs } of spec.labels ?? [])
      Object.assign((resource.metadata.labels ??= {}), pairs)
    if (spec.namespace && resource.kind !== 'Namespace')
      resource.metadata.namespace = spec.namespace
    for (const image of spec.images ?? []) setImage(resource, image)
  }
  return resources
}

export async function readResources(path: string): Promise<Resource[]> {
  const documents = parseAllDocuments(await readFile(path, 'utf8'), { uniqueKeys: true })
  return documents.map((document) => {
    if (document.errors.length > 0) throw new Error(`${path}: ${document.errors.join()}`)
    return document.toJS() as Resource
  })
}

async function applyPatch(directory: string, patch: Patch, resources: Resource[]): Promise<void> {
  if (patch.path !== undefined) {
    for (const part of await readResources(join(directory, patch.path))) {
      merge(theOnly(resources, part.kind, part.metadata.name), part)
    }
    return
  }
  const target = theOnly(resources, patch.target!.kind, patch.target!.name)
  for (const operation of parse(patch.patch!) as JsonPatch[]) applyOperation(target, operation)
}

function theOnly(resources: Resource[], kind: string, name: string): Resource {
  const found = resources.filter((one) => one.kind === kind && one.metadata.name === name)
  if (found.length !== 1) throw new Error(`${found.length} resources are ${kind} ${name}`)
  return found[0]!
}

/** A strategic merge, as far as maps go; lists would need to know their keys. */
function merge(target: Tree, part: Tree): void {
  for (const [name, value] of Object.entries(part)) {
    if (Array.isArray(value)) throw new Error(`${name}: patch lists by JSON patch`)
    if (isTree(value) && isTree(target[name])) merge(target[name], value)
    else target[name] = value
  }
}

/** RFC 6902: `replace` and `remove`, of what is there. */
function applyOperation(target: Tree, { op, path, value }: JsonPatch): void {
  const names = path.split('/').slice(1)
  const last = names.pop()!
  const parent = names.reduce<unknown>((tree, name) => (tree as Tree)[name], target) as Tree
  if (!(last in parent)) throw new Error(`${path} is not there`)
  if (op === 'replace') parent[last] = value
  else if (op === 'remove') delete parent[last]
  else throw new Error(`${String(op)} is not known here`)
}

function setImage(value: unknown, image: Image): void {
  if (Array.isArray(value)) return value.forEach((one) => setImage(one, image))
  if (!isTree(value)) return
  if (value.image === image.name) value.image = `${image.newName}:${image.newTag}`
  for (const inner of Object.values(value)) setImage(inner, image)
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const KNOWN = new Set([
  'apiVersion',
  'kind',
  'namespace',
  'resources',
  'labels',
  'images',
  'patches',
])

type Tree = Record<string, unknown>

export interface Resource extends Tree {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string; labels?: Record<string, string> }
}

interface Kustomization {
  namespace?: string
  resources?: string[]
  labels?: { pairs: Record<string, string> }[]
  images?: Image[]
  patches?: Patch[]
}

interface Image {
  name: string
  newName: string
  newTag: string
}

interface Patch {
  path?: string
  target?: { kind: string; name: string }
  patch?: string
}

interface JsonPatch {
  op: 'replace' | 'remove'
  path: string
  value?: unknown
}
