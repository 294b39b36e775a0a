import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { countJob } from '../../src/context/gauges.js'
import { OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { selectorsIn } from '../support/promql.js'
import { namesIn, type Scrape, scrape } from '../support/scrape.js'
import { startService } from '../support/service.js'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '../..')
const PROMETHEUS = join(ROOT, 'ops/prometheus')

let scratch: string
let rules: Rule[]
let queries: string[]
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'catbird-alerts-'))
  rules = (await readYaml<RuleFile>('alerts.yml')).groups.flatMap((group) => group.rules)
  const dashboard = await readFile(join(ROOT, 'ops/grafana/dashboard.json'), 'utf8')
  queries = exprsIn(JSON.parse(dashboard))
})
afterAll(() => rm(scratch, { recursive: true, force: true }))

describe('alerts', () => {
  it('fire for what they are for, and not for what is near to it', async () => {
    const { stdout } = await promtool('test', 'rules', join(PROMETHEUS, 'alerts.test.yml'))
    expect(stdout).toContain('SUCCESS')
    const { tests } = await readYaml<TestFile>('alerts.test.yml')
    const cases = tests.flatMap((test) => test.alert_rule_test)
    const named = (wanted: boolean) =>
      cases.filter((one) => one.exp_alerts.length > 0 === wanted).map((one) => one.alertname)
    const alerts = rules.map(({ alert }) => alert).sort()
    expect(named(true).sort()).toEqual(alerts)
    expect(named(false).sort()).toEqual(alerts)
  })

  it('control: a rule that is not what it was fails its test', async () => {
    const text = await readFile(join(PROMETHEUS, 'alerts.yml'), 'utf8')
    for (const [was, is] of [
      ['up{job="catbird-mls"} == 0', 'up{job="catbird-mls"} > 1'],
      ['[30m]) > 2', '[30m]) > 0'],
    ] as const) {
      expect(text).toContain(was)
      await cp(PROMETHEUS, scratch, { recursive: true })
      await writeFile(join(scratch, 'alerts.yml'), text.replace(was, is))
      const tested = promtool('test', 'rules', join(scratch, 'alerts.test.yml'))
      await expect(tested).rejects.toMatchObject({ code: 1 })
    }
  })

  it('say how grave they are, and what to do', async () => {
    const manual = await readFile(join(ROOT, 'docs/operations.md'), 'utf8')
    for (const { labels, annotations } of rules) {
      expect(['page', 'ticket']).toContain(labels.severity)
      const [page, heading] = annotations.runbook.split('#')
      expect(page).toBe('docs/operations.md')
      expect(manual.toLowerCase()).toMatch(new RegExp(`^#+ ${heading}$`, 'm'))
    }
  })
})

describe('expressions', { timeout: OPENS_WITHIN_MS }, () => {
  let figures: Scrape
  beforeAll(async () => {
    await using service = await startService()
    const { metrics } = service.context
    metrics.commitsRefused.inc({ reason: 'EpochMismatch' })
    metrics.messagesSent.inc({ delivery: 'persistent' })
    metrics.requests.inc({ method: 'POST', route: 'blue.catbird.mls.sendMessage', status: 200 })
    metrics.requestSeconds.observe({ method: 'POST', route: 'blue.catbird.mls.sendMessage' }, 0.1)
    countJob(metrics, { job: 'forgetEvents', ok: false, rows: 1, ms: 5 })
    figures = await scrape(service.url)
  }, OPENS_WITHIN_MS)

  it('of alerts and dashboard read metrics and labels that there are', () => {
    const exprs = [...rules.map(({ expr }) => expr), ...queries]
    expect(exprs.length).toBeGreaterThan(40)
    for (const expr of exprs) expect(missing(figures, expr), expr).toEqual([])
  })

  it('control: what is not there is found missing', () => {
    const expr =
      'sum(rate(mls_no_such_total{job="x"}[5m])) / sum by (le) (up) > http_requests_total{did="x"}'
    expect(missing(figures, expr)).toEqual(['mls_no_such_total', 'http_requests_total did'])
    const route = 'http_requests_total{route="blue.catbird.mls.sendMessages"}'
    expect(missing(figures, route)).toEqual(['http_requests_total route'])
  })

  it('of the dashboard are PromQL', async () => {
    const file = join(scratch, 'dashboard.yml')
    const record = queries.map((expr, index) => ({
      record: `panel_${index}`,
      expr: expr.replaceAll('$__rate_interval', '5m'),
    }))
    await writeFile(file, JSON.stringify({ groups: [{ name: 'dashboard', rules: record }] }))
    const { stdout } = await promtool('check', 'rules', file)
    expect(stdout).toContain(`SUCCESS: ${queries.length} rules found`)
  })

  it('of Prometheus, as it is set up for staging, are well-formed', async () => {
    await promtool('check', 'config', join(PROMETHEUS, 'prometheus.yml'))
  })
})

/** Metrics that an expression names and nobody tells, and labels or values that they do not have. */
function missing(figures: Scrape, expr: string): string[] {
  const names = namesIn(figures)
  return selectorsIn(expr).flatMap(({ name, labels }) => {
    if (name === 'up') return []
    if (!names.has(name)) return [name]
    const samples = figures.samples.filter((sample) => sample.name === name)
    return labels
      .filter(({ label }) => label !== 'job' && label !== 'instance')
      .filter(({ label, operator, value }) => {
        const told = samples.map((sample) => sample.labels[label])
        if (told.every((one) => one === undefined)) return true
        return label === 'route' && operator === '=' && !told.includes(value)
      })
      .map(({ label }) => `${name} ${label}`)
  })
}

/** Every `expr` in a dashboard, wherever it stands. */
function exprsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'expr' && typeof inner === 'string' ? [inner] : exprsIn(inner),
  )
}

async function readYaml<T>(name: string): Promise<T> {
  return parse(await readFile(join(PROMETHEUS, name), 'utf8')) as T
}

function promtool(...args: string[]) {
  return run('promtool', args)
}

interface RuleFile {
  groups: { rules: Rule[] }[]
}

interface Rule {
  alert: string
  expr: string
  labels: { severity: string }
  annotations: { runbook: string }
}

interface TestFile {
  tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[]
}
