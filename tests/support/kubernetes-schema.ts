import { join } from 'node:path'
import ts from 'typescript'
import type { Resource } from './kustomize.js'

const ROOT = join(import.meta.dirname, '../..')

/**
 * What is wrong with resources, by the types and the schemas of the Kubernetes API: the types find fields
 * that do not exist, the schemas values that are out of range or missing.
 */
export async function faultsOf(resources: readonly Resource[]): Promise<string[]> {
  const bySchema = await Promise.all(resources.map(schemaFault))
  return [...bySchema.flat(), ...typeFaults(resources)]
}

async function schemaFault({ apiVersion, kind, ...rest }: Resource): Promise<string[]> {
  const models = (await import(`${moduleOf({ apiVersion })}/${kind}`)) as Models
  try {
    new models[kind]!(rest).validate()
    return []
  } catch (error) {
    return [`${kind} ${rest.metadata.name}: ${(error as Error).message}`]
  }
}

/** Each resource as a literal of its type, as a program that the compiler looks at. */
function typeFaults(resources: readonly Resource[]): string[] {
  const lines = resources.map((resource, index) => {
    const type = `import('${moduleOf(resource)}/${resource.kind}').I${resource.kind}`
    return `export const r${index}: ${type} = ${JSON.stringify(resource)}`
  })
  const file = join(ROOT, 'tests/support/resources.generated.ts')
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
  }
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists } = host
  host.fileExists = (path) => path === file || fileExists(path)
  host.getSourceFile = (path, ...rest) =>
    path === file
      ? ts.createSourceFile(path, lines.join('\n'), ts.ScriptTarget.ESNext)
      : getSourceFile(path, ...rest)
  const program = ts.createProgram([file], options, host)
  return ts.getPreEmitDiagnostics(program).map(({ file: source, start, messageText }) => {
    const line =
      source && start !== undefined ? source.getLineAndCharacterOfPosition(start).line : 0
    const { kind, metadata } = resources[line]!
    return `${kind} ${metadata.name}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
  })
}

function moduleOf({ apiVersion }: Pick<Resource, 'apiVersion'>): string {
  return `kubernetes-models/${apiVersion}`
}

type Models = Record<string, new (spec: object) => { validate(): void }>
