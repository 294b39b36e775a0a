import { useSignal } from '@preact/signals'
import { problemOf } from '../model/problem.js'
import type { Problem } from '../model/problem.js'

/** Something that takes a while and may fail: one at a time, with what went wrong. */
export function useAction(): Action {
  const busy = useSignal(false)
  const problem = useSignal<Problem | undefined>(undefined)
  return {
    get busy() {
      return busy.value
    },
    get problem() {
      return problem.value
    },
    async run(work) {
      if (busy.peek()) return
      busy.value = true
      problem.value = undefined
      try {
        await work()
      } catch (error) {
        problem.value = problemOf(error)
      } finally {
        busy.value = false
      }
    },
  }
}

export interface Action {
  readonly busy: boolean
  readonly problem: Problem | undefined
  run(work: () => Promise<unknown>): Promise<void>
}
