import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { guidePage, readGuides } from './guides.js'
import { homePage } from './home.js'
import type { Page, Section } from './layout.js'
import { layOut } from './layout.js'
import { llmsFull, llmsIndex } from './llms.js'
import { errorsPage } from './reference/errors.js'
import { eventsPage } from './reference/events.js'
import { referenceIndex } from './reference/index-page.js'
import { methodPage } from './reference/method.js'
import { readReference } from './reference/read.js'
import { recordsPage } from './reference/records.js'
import { viewsPage } from './reference/views.js'

/** Every file of the site by its path: pages, style, script, search index, raw Markdown, `llms.txt`. */
export function buildSite(root: string): Map<string, string> {
  const guides = readGuides(root)
  const reference = readReference(root)
  const guidePages = guides.map(guidePage)
  const methodPages = reference.methods.map((method) => methodPage(method, reference))
  const others = [
    referenceIndex(reference),
    viewsPage(reference),
    eventsPage(reference),
    errorsPage(reference),
    recordsPage(reference),
  ]
  const sections: Section[] = [
    { title: 'Guides', pages: guidePages },
    { title: 'Reference', pages: others },
    ...reference.areas.map(({ title, methods }) => ({
      title,
      pages: methods.map(({ name }) => methodPages.find((page) => page.title === name)!),
    })),
  ]
  const pages = [homePage(guidePages, reference), ...guidePages, ...others, ...methodPages]
  return new Map([
    ...pages.map((page): [string, string] => [page.path, layOut(page, sections)]),
    ...guides.map(({ name, text }): [string, string] => [`guides/${name}.md`, text]),
    ['search.json', JSON.stringify(pages.flatMap(searchable))],
    ['llms.txt', llmsIndex(guides, reference)],
    ['llms-full.txt', llmsFull(guides, reference)],
    ...ASSETS.map((name): [string, string] => [
      name,
      readFileSync(join(import.meta.dirname, 'assets', name), 'utf8'),
    ]),
  ])
}

const ASSETS = ['style.css', 'search.js', 'icon.svg']

/** Title, address and words of a page and its parts: what the search looks through. */
function searchable({ title, path, summary, parts = [] }: Page): string[][] {
  return [
    [title, path, summary],
    // The parts of a method's page are the same on each of them.
    ...parts
      .filter(({ summary: of }) => of !== title)
      .map((part) => [part.title, `${path}#${part.id}`, part.summary ?? title]),
  ]
}
