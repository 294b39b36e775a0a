import type { Check } from './check.js'

/** The checks that are named, by id or by group; all of them without names. Throws on an unknown name. */
export function select(
  checks: readonly Check[],
  only: readonly string[],
  except: readonly string[] = [],
): Check[] {
  for (const name of [...only, ...except]) {
    if (!checks.some((check) => isNamed(check, name))) throw new UnknownCheck(name)
  }
  return checks.filter(
    (check) =>
      (only.length === 0 || only.some((name) => isNamed(check, name))) &&
      !except.some((name) => isNamed(check, name)),
  )
}

export class UnknownCheck extends Error {
  override readonly name = 'UnknownCheck'
  constructor(name: string) {
    super(`there is no check or group “${name}”; --list tells them`)
  }
}

function isNamed({ id }: Check, name: string): boolean {
  return id === name || id.startsWith(`${name}.`)
}
