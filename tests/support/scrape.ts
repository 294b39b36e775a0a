/** What `/metrics` says now, as a Prometheus server reads it. */
export async function scrape(url: string): Promise<Scrape> {
  const answer = await fetch(`${url}/metrics`)
  if (!answer.ok) throw new Error(`/metrics answered ${answer.status}`)
  const text = await answer.text()
  const samples = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(parseSample)
  return {
    text,
    contentType: answer.headers.get('content-type') ?? '',
    samples,
    value(name, labels = {}) {
      const found = samples.filter(
        (sample) =>
          sample.name === name &&
          Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
      )
      return found.reduce<number | undefined>((sum, { value }) => (sum ?? 0) + value, undefined)
    },
  }
}

/** A metric that has no values yet has its name here all the same. */
export function namesIn({ text }: Scrape): Set<string> {
  const names = new Set<string>()
  for (const [, name, kind] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    names.add(name!)
    if (kind !== 'histogram') continue
    for (const suffix of ['_bucket', '_sum', '_count']) names.add(name! + suffix)
  }
  return names
}

function parseSample(line: string): Sample {
  const [, name, labels, value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
  if (name === undefined) throw new Error(`not a sample: ${line}`)
  const pairs = [...(labels ?? '').matchAll(/(\w+)="([^"]*)"/g)]
  return {
    name,
    labels: Object.fromEntries(pairs.map(([, label, text]) => [label, text])),
    value: Number(value),
  }
}

interface Sample {
  name: string
  labels: Record<string, string>
  value: number
}

export interface Scrape {
  text: string
  contentType: string
  samples: Sample[]
  /** The sum of the samples that have these labels; undefined if there is none. */
  value(name: string, labels?: Record<string, string>): number | undefined
}
