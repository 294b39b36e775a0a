import { join, posix, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { buildSite } from '../../scripts/docs/build-site.js'
import { METHODS } from '../architecture/source/handlers.js'

const site = buildSite(resolve(import.meta.dirname, '../..'))
const pages = [...site].filter(([path]) => path.endsWith('.html'))

test('every method, view, event, record and error has its place', () => {
  const methods = METHODS.map(({ name }) => name)
  expect(methods.length).toBeGreaterThan(50)
  expect(methods.filter((name) => !site.has(`reference/${name}.html`))).toEqual([])
  const listed = anchorsOf('reference/index.html')
  expect(listed.length).toBeGreaterThan(8)
  const index = site.get('reference/index.html')!
  expect(methods.filter((name) => !index.includes(`href="${name}.html"`))).toEqual([])
  for (const [page, name] of [
    ['views', 'convoView'],
    ['views', 'messageView'],
    ['events', 'welcomeEvent'],
    ['records', 'device'],
    ['errors', 'EpochMismatch'],
    ['errors', 'ReplayedToken'],
  ]) {
    expect(anchorsOf(`reference/${page}.html`)).toContain(name)
  }
})

test('every method has an example of a call, and every event one of itself', () => {
  const without = METHODS.filter(
    ({ name, def }) =>
      def.type !== 'subscription' && !site.get(`reference/${name}.html`)!.includes('id="example"'),
  )
  expect(without.map(({ name }) => name).filter((name) => name !== 'streamConvoEvents')).toEqual([])
  expect(site.get('reference/events.html')!.match(/data-language="json"/g)!.length).toBeGreaterThan(
    8,
  )
})

test('every link inside leads to a page, and to a place on it', () => {
  const links = pages.flatMap(([path, html]) =>
    [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, target = '']) => ({ path, target })),
  )
  expect(links.length).toBeGreaterThan(1000)
  expect(links.filter(({ path, target }) => !leadsSomewhere(path, target))).toEqual([])
})

test('control: a link that leads nowhere is noticed', () => {
  expect(leadsSomewhere('index.html', 'guides/nothing.html')).toBe(false)
  expect(leadsSomewhere('index.html', 'guides/auth.html#nothing')).toBe(false)
})

test('nothing is inline, and nothing comes from elsewhere: the pages live under a strict policy', () => {
  const loud = pages.filter(([, html]) => /<style|\sstyle=|\son\w+="|<script(?! src=)/.test(html))
  expect(loud.map(([path]) => path)).toEqual([])
  const assets = pages.flatMap(([, html]) =>
    [...html.matchAll(/<(?:script|link|img)[^>]+(?:src|href)="([^"]+)"/g)].map(([, url]) => url!),
  )
  expect(assets.filter((url) => /^(?:[a-z]+:|\/\/)/.test(url))).toEqual([])
})

test('no example has a token or an address of where it was recorded', () => {
  const told = [...site].filter(([path, text]) => {
    const shown = path.startsWith('reference/') ? text : ''
    return /Bearer ey|localhost|127\.0\.0\.1|0\.0\.0\.0/.test(shown)
  })
  expect(told.map(([path]) => path)).toEqual([])
})

test('programs find all of it: llms.txt names every guide and method, and the whole is one file', () => {
  const index = site.get('llms.txt')!
  expect(METHODS.filter(({ name }) => !index.includes(`reference/${name}.html`))).toEqual([])
  const linked = [...index.matchAll(/\]\(([^)]+)\)/g)].map(([, path]) => path!)
  expect(linked.filter((path) => !site.has(path))).toEqual([])
  const whole = site.get('llms-full.txt')!
  expect(METHODS.filter(({ name }) => !whole.includes(`## ${name}\n`))).toEqual([])
})

test('the search has words for every page', () => {
  const entries = JSON.parse(site.get('search.json')!) as [string, string, string][]
  const paths = new Set(entries.map(([, path]) => path))
  expect(pages.filter(([path]) => !paths.has(path))).toEqual([])
  expect(entries.filter(([title, path]) => !title || !leadsSomewhere('index.html', path))).toEqual(
    [],
  )
})

function leadsSomewhere(from: string, target: string): boolean {
  if (/^https?:\/\//.test(target)) return true
  const [path = '', anchor] = target.split('#')
  const page = path === '' ? from : posix.normalize(join(posix.dirname(from), path))
  if (!site.has(page)) return false
  return anchor === undefined || anchorsOf(page).includes(anchor)
}

function anchorsOf(page: string): string[] {
  return [...site.get(page)!.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id!)
}
