import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** A server that does nothing, in a process of its own. */
export class Reference implements Disposable {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(
    script: './empty-xrpc.ts' | './bare-http.ts' | './sized-http.ts',
  ): Promise<Reference> {
    const child = fork(new URL(script, import.meta.url), {
      env: { ...process.env, NODE_ENV: 'production' },
    })
    const [url] = (await once(child, 'message')) as [string]
    return new Reference(child, url)
  }

  get pid(): number {
    return this.child.pid!
  }

  [Symbol.dispose](): void {
    if (this.child.connected) this.child.disconnect()
  }
}

/** The other side. */
export function tellUrl(port: number): void {
  process.on('disconnect', () => process.exit())
  process.send!(`http://127.0.0.1:${port}`)
}
