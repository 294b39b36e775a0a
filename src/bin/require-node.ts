/** Older ones lack `AsyncDisposableStack`. */
const MAJOR_MIN = 24

/** Ends an older Node with one line, before anything fails on it in its own words. */
export function requireNode(version = process.versions.node): void {
  if (Number.parseInt(version, 10) >= MAJOR_MIN) return
  console.error(
    `catbird-mls needs Node ${MAJOR_MIN} or newer, this is ${version}. ` +
      'The npm scripts bring their own: start it by `npm start`.',
  )
  process.exit(1)
}
