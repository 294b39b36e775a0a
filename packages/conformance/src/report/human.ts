import type { CheckResult, Report } from '../suite/report.js'

const MARKS = { passed: '✓', failed: '✗', skipped: '–' } as const

/** One line as a check ends; for a failure what was expected, what was seen and where to look. */
export function lineOf(result: CheckResult, done: number, all: number): string {
  const { id, status, ms, promise, contract, expected, seen, hint, reason } = result
  const place = `${String(done).padStart(String(all).length)}/${all}`
  const head = `${place} ${MARKS[status]} ${id} (${ms} ms)`
  if (status === 'passed') return head
  if (status === 'skipped') return `${head}: ${reason}`
  return [
    head,
    `      promised  ${promise} (${contract})`,
    `      expected  ${expected}`,
    `      seen      ${seen}`,
    `      hint      ${hint}`,
  ].join('\n')
}

/** What it comes to. */
export function summaryOf(report: Report): string {
  const { service, passed, failed, skipped, seconds, calls, waitedSeconds, checks } = report
  const lines = [
    '',
    `${service.did} (${service.version}, commits ${service.commitFraming}) at ${service.url}`,
    `${passed} passed, ${failed} failed, ${skipped} skipped; ${calls} calls in ${seconds} s` +
      (waitedSeconds > 0 ? `, ${waitedSeconds} s of waiting for limits on rates` : ''),
  ]
  const broken = checks.filter(({ status }) => status === 'failed')
  if (broken.length > 0) lines.push(`failed: ${broken.map(({ id }) => id).join(', ')}`)
  return lines.join('\n')
}
