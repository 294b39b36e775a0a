/**
 * One tab is the client of an account's store. Answers undefined where another tab is; with `steal`
 * that one loses it. The signal fires when this tab loses it in turn.
 */
export function becomeOnlyTab(name: string, steal: boolean): Promise<OnlyTab | undefined> {
  return new Promise((resolve, reject) => {
    const lost = new AbortController()
    let release = () => {}
    const held = new Promise<void>((letGo) => (release = letGo))
    const options = steal ? { steal } : { ifAvailable: true }
    navigator.locks
      .request(name, options, (lock) => {
        if (lock === null) return resolve(undefined)
        resolve({ release, lost: lost.signal })
        return held
      })
      .catch((error: unknown) => {
        lost.abort()
        reject(error instanceof Error ? error : new Error(String(error)))
      })
  })
}

export interface OnlyTab {
  release(): void
  lost: AbortSignal
}
