import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * An AppView over loopback HTTP, as far as `app.bsky.graph.getRelationships` goes: public follows and
 * blocks of the accounts that it knows, at most 30 others in a question. It counts what it is asked.
 */
export async function startAppview(): Promise<TestAppview> {
  const follows = new Set<string>()
  const blocks = new Set<string>()
  const listBlocks = new Set<string>()
  const known = new Set<string>()
  const questions: Question[] = []
  let behaviour: AppviewBehaviour = 'serve'

  const server = createServer((req, res) => {
    const url = new URL(req.url ?? '/', 'http://localhost')
    if (url.pathname !== '/xrpc/app.bsky.graph.getRelationships') return send(res, 404, {})
    const actor = url.searchParams.get('actor') ?? ''
    const others = url.searchParams.getAll('others')
    questions.push({ actor, others })
    if (behaviour === 'hang') return
    if (behaviour === 'fail') return send(res, 502, { error: 'UpstreamFailure' })
    if (behaviour === 'garbage') return send(res, 200, { relationships: 'none' })
    if (others.length > 30) return send(res, 400, { error: 'InvalidRequest', message: 'too many' })
    if (!known.has(actor)) return send(res, 400, { error: 'ActorNotFound', message: 'unknown' })
    send(res, 200, { actor, relationships: others.map((other) => relationship(actor, other)) })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  function relationship(actor: string, did: string): object {
    if (!known.has(did)) {
      return { $type: 'app.bsky.graph.defs#notFoundActor', actor: did, notFound: true }
    }
    const record = (set: Set<string>, from: string, to: string) =>
      set.has(`${from} ${to}`) ? `at://${from}/record` : undefined
    return {
      $type: 'app.bsky.graph.defs#relationship',
      did,
      following: record(follows, actor, did),
      followedBy: record(follows, did, actor),
      blocking: record(blocks, actor, did),
      blockedBy: record(blocks, did, actor),
      blockingByList: record(listBlocks, actor, did),
      blockedByList: record(listBlocks, did, actor),
    }
  }

  function note(set: Set<string>) {
    return (from: string, to: string) => {
      known.add(from).add(to)
      set.add(`${from} ${to}`)
    }
  }

  return {
    url: `http://127.0.0.1:${port}`,
    questions,
    follow: note(follows),
    block: note(blocks),
    blockByList: note(listBlocks),
    behave(next) {
      behaviour = next
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

function send(res: ServerResponse<IncomingMessage>, status: number, body: object): void {
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
  res.end(JSON.stringify(body))
}

/** `hang` never answers; `garbage` answers with something else. */
export type AppviewBehaviour = 'serve' | 'fail' | 'hang' | 'garbage'

export interface Question {
  actor: string
  others: string[]
}

export interface TestAppview extends AsyncDisposable {
  /** What `APPVIEW_URL` is set to. */
  url: string
  readonly questions: Question[]
  follow(did: string, subject: string): void
  block(did: string, subject: string): void
  /** By a moderation list that `did` blocks with. */
  blockByList(did: string, subject: string): void
  behave(behaviour: AppviewBehaviour): void
}
