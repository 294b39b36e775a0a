import axe from 'axe-core'
import type { Page } from 'playwright-core'

const COUNTS = new Set(['serious', 'critical'])

/** What is seriously wrong with a page for somebody who cannot see, point, or tell colours apart. */
export async function barriersOf(page: Page): Promise<string[]> {
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axe.source)
  const { violations } = await page.evaluate<axe.AxeResults>(
    'axe.run(document, { resultTypes: ["violations"] })',
  )
  return violations
    .filter(({ impact }) => COUNTS.has(impact ?? ''))
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    )
}
