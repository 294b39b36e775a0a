import { execFileSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { parseConfig, variables } from '../../src/config/index.js'
import { faultsOf } from '../support/kubernetes-schema.js'
import { readResources, resolveKustomization, type Resource } from '../support/kustomize.js'

const K8S = join(import.meta.dirname, '../../ops/k8s')
const OVERLAYS = ['staging', 'production']

describe.each(OVERLAYS)('the overlay %s', (name) => {
  let resources: Resource[]
  beforeAll(async () => {
    resources = await resolveKustomization(join(K8S, 'overlays', name))
  })

  it('is what Kubernetes knows, to the last field', async () => {
    expect(resources.map(({ kind }) => kind).sort()).toEqual(KINDS)
    expect(await faultsOf(resources)).toEqual([])
  })

  it('is what kubectl makes of it, where there is one', () => {
    const made = resolvedByKubectl(name)
    if (made) expect(byName(resources)).toEqual(byName(made))
    expect(byName(resources).size).toBe(KINDS.length)
  })

  it('is one namespace, one image with its tag, and labels that select what they should', () => {
    const text = JSON.stringify(resources)
    const namespace = find(resources, 'Namespace').metadata.name
    for (const { kind, metadata } of resources) {
      if (kind !== 'Namespace') expect(metadata.namespace, kind).toBe(namespace)
      expect(metadata.labels?.['app.kubernetes.io/component'], kind).toMatch(
        /^(?:config|migration|service|backup)$/,
      )
    }
    const images = new Set(Array.from(text.matchAll(/"image":"([^"]+)"/g), ([, image]) => image))
    expect([...images]).toEqual([expect.stringMatching(/^registry\.example\.com\/catbird-mls:\d/)])
    const pods = podsOf(resources)
    const selected = (labels: object) =>
      pods.filter((pod) => Object.entries(labels).every(([k, v]) => pod.labels[k] === v))
    expect(pods).toHaveLength(3)
    const policy = find(resources, 'NetworkPolicy').spec as Selects
    expect(selected(policy.podSelector!.matchLabels)).toHaveLength(3)
    for (const kind of ['Deployment', 'PodDisruptionBudget']) {
      const { selector } = find(resources, kind).spec as Selects
      expect(selected(selector!.matchLabels), kind).toHaveLength(1)
    }
    const { selector } = find(resources, 'Service').spec as { selector: object }
    expect(selected(selector)).toHaveLength(1)
  })

  it('gives the service settings that it takes', async () => {
    const { data } = find(resources, 'ConfigMap') as unknown as { data: Record<string, string> }
    const [secret] = await readResources(join(K8S, 'base/secret.example.yaml'))
    const { stringData } = secret as unknown as { stringData: Record<string, string> }
    const names = [...Object.keys(data), ...Object.keys(stringData)]
    expect(names.filter((setting) => !(setting in variables))).toEqual([])
    const parsed = parseConfig({ NODE_ENV: 'production', ...data, ...stringData })
    expect(parsed).toMatchObject({ ok: true, value: { service: { trustedProxies: 1 } } })
  })

  it('runs nothing as root, nothing that can write to its image, and no pod with rights', () => {
    for (const { spec } of podsOf(resources)) {
      expect(spec).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 1000 },
        containers: [
          {
            resources: {
              requests: expect.anything() as object,
              limits: expect.anything() as object,
            },
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ['ALL'] },
            },
          },
        ],
      })
    }
  })

  it('keeps serving while a version is rolled out, and asks the probes that there are', () => {
    const deployment = find(resources, 'Deployment').spec as DeploymentSpec
    expect(deployment.strategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    })
    const [container] = deployment.template.spec.containers
    expect(container).toMatchObject({
      livenessProbe: { httpGet: { path: '/health/live', port: 'http' } },
      readinessProbe: { httpGet: { path: '/health/ready', port: 'http' } },
    })
    const { minReplicas } = find(resources, 'HorizontalPodAutoscaler').spec as {
      minReplicas: number
    }
    expect(minReplicas).toBe(name === 'staging' ? 2 : 3)
    expect(deployment.replicas).toBe(name === 'staging' ? 2 : undefined)
  })
})

it('no secret that could be used is anywhere', async () => {
  const files = globSync('**/*.yaml', { cwd: K8S })
  expect(files).toContain('base/secret.example.yaml')
  const all = await Promise.all(
    files
      .filter((file) => !file.endsWith('kustomization.yaml'))
      .map((file) => readResources(join(K8S, file))),
  )
  const secrets = all.flat().filter(({ kind }) => kind === 'Secret')
  expect(secrets).toHaveLength(1)
  const [secret] = secrets as unknown as { stringData: Record<string, string> }[]
  for (const value of Object.values(secret!.stringData))
    expect(value).toMatch(/PASSWORD@HOST|^(?:ACCESS|SECRET)_KEY$/)
  const used = (
    await Promise.all(OVERLAYS.map((one) => resolveKustomization(join(K8S, 'overlays', one))))
  ).flat()
  expect(used.filter(({ kind }) => kind === 'Secret')).toEqual([])
})

it('control: fields that do not exist, and values that may not be, are found', async () => {
  const resources = await resolveKustomization(join(K8S, 'overlays/production'))
  const wrong = structuredClone(find(resources, 'Deployment')) as Resource & {
    spec: DeploymentSpec
  }
  Object.assign(wrong.spec.template.spec.containers[0]!, { imagePolicy: 'Always' })
  expect((await faultsOf([wrong])).join()).toContain('imagePolicy')
  const missing = structuredClone(find(resources, 'Deployment')) as Resource & {
    spec: DeploymentSpec
  }
  delete (missing.spec as Partial<DeploymentSpec>).template
  expect((await faultsOf([missing])).join()).toContain('template')
  const text = structuredClone(find(resources, 'PodDisruptionBudget'))
  text.spec = { ...(text.spec as object), maxUnavailable: true }
  expect(await faultsOf([text])).not.toEqual([])
})

const KINDS = [
  'ConfigMap',
  'CronJob',
  'Deployment',
  'HorizontalPodAutoscaler',
  'Ingress',
  'Job',
  'Namespace',
  'NetworkPolicy',
  'PersistentVolumeClaim',
  'PodDisruptionBudget',
  'Service',
  'ServiceAccount',
]

function find(resources: Resource[], kind: string): Resource {
  const found = resources.find((resource) => resource.kind === kind)
  if (!found) throw new Error(`there is no ${kind}`)
  return found
}

/** Templates of pods, wherever they are. */
function podsOf(value: unknown): Pod[] {
  if (typeof value !== 'object' || value === null) return []
  const { template } = value as { template?: { metadata: { labels: Pod['labels'] }; spec: object } }
  const own = template ? [{ labels: template.metadata.labels, spec: template.spec }] : []
  return [...own, ...Object.values(value).flatMap(podsOf)]
}

function byName(resources: Resource[]): Map<string, Resource> {
  return new Map(
    resources.map((resource) => [`${resource.kind} ${resource.metadata.name}`, resource]),
  )
}

function resolvedByKubectl(overlay: string): Resource[] | undefined {
  const path = (process.env.PATH ?? '').split(':')
  if (!path.some((directory) => existsSync(join(directory, 'kubectl')))) return undefined
  const text = execFileSync('kubectl', ['kustomize', join(K8S, 'overlays', overlay)]).toString()
  return parseAllDocuments(text).map((document) => document.toJS() as Resource)
}

interface Pod {
  labels: Record<string, string>
  spec: object
}

interface Selects {
  selector?: { matchLabels: object }
  podSelector?: { matchLabels: object }
}

interface DeploymentSpec {
  replicas?: number
  strategy: object
  template: { spec: { containers: object[] } }
}
