/** What `engines` in package.json says. */
const OLDEST = [22, 12] as const

/** Ends an older Node with one line, before anything fails on it in its own words. */
export function requireNode(version = process.versions.node): void {
  if (isEnough(version)) return
  console.error(
    `catbird-mls needs Node ${OLDEST.join('.')} or newer, this is ${version}. ` +
      'The npm scripts bring their own: start it by `npm start`.',
  )
  process.exit(1)
}

export function isEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])
}
