import { addUp, type Figures, renderAll, type Scraped, totalsOf } from '../../metrics.js'

/**
 * What all workers together have counted. Totals never go back when a worker ends: what it was last heard
 * to have counted stays; of one that does not answer in time, its last figures are taken.
 */
export class AllFigures {
  readonly #last = new Map<number, Figures>()
  #ended: Promise<Figures> = Promise.resolve([])

  async scrape(sources: readonly Source[]): Promise<Scraped> {
    await Promise.all(
      sources.map(async ({ id, figures }) => {
        const heard = await figures().catch(() => undefined)
        if (heard) this.#last.set(id, heard)
      }),
    )
    const ended = this.#ended
    const last = [...this.#last.values()]
    return renderAll([...last, await ended])
  }

  end(id: number): void {
    const last = this.#last.get(id)
    this.#last.delete(id)
    if (last) this.#ended = this.#ended.then((ended) => addUp([ended, totalsOf(last)]))
  }
}

export interface Source {
  id: number
  figures(): Promise<Figures>
}
