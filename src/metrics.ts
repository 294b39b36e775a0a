import {
  AggregatorRegistry,
  collectDefaultMetrics,
  Counter,
  type CounterConfiguration,
  Gauge,
  Histogram,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from 'prom-client'

const PREFIX = 'mls_'
const REQUEST_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const JOB_SECONDS = [0.01, 0.1, 1, 10, 60, 600]

/**
 * What one service counts, in the Prometheus format. A label has few values, known in advance: a
 * method's name, an error's name, a status; never anything of an account or a conversation. None is
 * called `job` or `instance`: those are Prometheus's own.
 */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    counterIn(registry, { name, help, labelNames })
  return {
    requests: counter('http_requests_total', 'Requests answered; upgrades to streams too', [
      'method',
      'route',
      'status',
    ]),
    requestSeconds: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the request to the end of its answer; not of streams',
      labelNames: ['method', 'route'],
      buckets: REQUEST_SECONDS,
      registers: [registry],
    }),
    requestsInFlight: new Gauge({
      name: 'http_requests_in_flight',
      help: 'Requests that have begun and not ended; streams by Server-Sent Events too',
      registers: [registry],
    }),
    messagesSent: counter(`${PREFIX}messages_sent_total`, 'Application messages taken', [
      'delivery',
    ]),
    groupsCreated: counter(`${PREFIX}groups_created_total`, 'Conversations created'),
    groupsReset: counter(`${PREFIX}groups_reset_total`, 'Conversations put on a new group'),
    membersAdded: counter(`${PREFIX}members_added_total`, 'Accounts made members by a commit'),
    commitsAccepted: counter(`${PREFIX}commits_accepted_total`, 'Commits that ended an epoch'),
    commitsRefused: counter(`${PREFIX}commits_refused_total`, 'Commits refused, by error', [
      'reason',
    ]),
    jobRuns: counter(`${PREFIX}job_runs_total`, 'Runs of background jobs', ['task', 'outcome']),
    jobRows: counter(`${PREFIX}job_rows_total`, 'Rows that background jobs dealt with', ['task']),
    jobSeconds: new Histogram({
      name: `${PREFIX}job_duration_seconds`,
      help: 'Time that a run of a background job took',
      labelNames: ['task'],
      buckets: JOB_SECONDS,
      registers: [registry],
    }),
    gauge(name, help, read, ofAll = 'sum') {
      new Gauge({
        name: PREFIX + name,
        help,
        aggregator: ofAll,
        registers: [registry],
        async collect() {
          const value = await read()
          // What cannot be read now is not there, rather than what it was.
          if (value === undefined) this.remove()
          else this.set(value)
        },
      })
    },
    gaugeBy(name, help, label, read, ofAll = 'sum') {
      new Gauge({
        name: PREFIX + name,
        help,
        aggregator: ofAll,
        labelNames: [label],
        registers: [registry],
        async collect() {
          this.reset()
          for (const [value, number] of Object.entries(await read())) {
            this.set({ [label]: value }, number)
          }
        },
      })
    },
    async figures() {
      const figures = await Registry.merge([processRegistry(), registry]).getMetricsAsJSON()
      return figures.map((metric) =>
        WORST.has(metric.name) ? { ...metric, aggregator: 'max' } : metric,
      )
    },
    async scrape() {
      return tell(Registry.merge([processRegistry(), registry]))
    },
  }
}

/** What several processes of one service have counted, each figure added up as it says itself. */
export function addUp(all: readonly Figures[]): Promise<Figures> {
  return AggregatorRegistry.aggregate([...all]).getMetricsAsJSON()
}

/** Those of `figures` that only grow, whatever becomes of the process. */
export function totalsOf(figures: Figures): Figures {
  return figures.filter(({ type }) => TOTALS.has(String(type)))
}

export function renderAll(all: readonly Figures[]): Promise<Scraped> {
  return tell(AggregatorRegistry.aggregate([...all]))
}

const TOTALS = new Set(['counter', 'histogram'])
/** Of these the library would tell the average, or nothing: one bad process must be seen. */
const WORST = new Set(['nodejs_eventloop_lag_p99_seconds', 'process_start_time_seconds'])

async function tell(registry: Pick<Registry, 'contentType' | 'metrics'>): Promise<Scraped> {
  return { contentType: registry.contentType, text: await registry.metrics() }
}

function counterIn<L extends string>(registry: Registry, options: CounterConfiguration<L>) {
  return new Counter<L>({ ...options, registers: [registry] })
}

let ofProcess: Registry | undefined

/** Memory, CPU, event loop, garbage collection: of the process, however many services are in it. */
function processRegistry(): Registry {
  if (ofProcess) return ofProcess
  ofProcess = new Registry()
  collectDefaultMetrics({ register: ofProcess })
  return ofProcess
}

export interface Metrics {
  readonly requests: Counter<'method' | 'route' | 'status'>
  readonly requestSeconds: Histogram<'method' | 'route'>
  readonly requestsInFlight: Gauge
  readonly messagesSent: Counter<'delivery'>
  readonly groupsCreated: Counter
  readonly groupsReset: Counter
  readonly membersAdded: Counter
  readonly commitsAccepted: Counter
  readonly commitsRefused: Counter<'reason'>
  readonly jobRuns: Counter<'task' | 'outcome'>
  readonly jobRows: Counter<'task'>
  readonly jobSeconds: Histogram<'task'>
  /** A figure that is read when somebody asks; undefined where there is none now. */
  gauge(
    name: string,
    help: string,
    read: () => MaybePromise<number | undefined>,
    ofAll?: OfAll,
  ): void
  /** Figures by the values of one label. */
  gaugeBy(
    name: string,
    help: string,
    label: string,
    read: () => MaybePromise<Record<string, number>>,
    ofAll?: OfAll,
  ): void
  /** As plain data, to be added to those of other processes. */
  figures(): Promise<Figures>
  scrape(): Promise<Scraped>
}

/** What the figure of several processes together is. */
export type OfAll = 'sum' | 'min' | 'max'
export type Figures = MetricObjectWithValues<MetricValue<string>>[]

/** In the Prometheus format. */
export interface Scraped {
  contentType: string
  text: string
}

type MaybePromise<T> = T | Promise<T>
