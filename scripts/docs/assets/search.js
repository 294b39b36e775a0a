// Search by keyboard, and the list of pages on wide screens. Everything works without it but the search.
const root = document.documentElement.dataset.root
const input = document.querySelector('#search')
const list = document.querySelector('#found')
const menu = document.querySelector('.menu')
const SHOWN = 12
let entries
let chosen = -1

const wide = matchMedia('(min-width: 52.01rem)')
const unfold = () => (menu.open = wide.matches)
wide.addEventListener('change', unfold)
unfold()
document.querySelector('.side [aria-current]')?.scrollIntoView({ block: 'nearest' })

async function load() {
  entries ??= fetch(`${root}search.json`).then((answer) => answer.json())
  return entries
}

function rank([title, , words], wanted) {
  const name = title.toLowerCase()
  if (name === wanted) return 0
  if (name.startsWith(wanted)) return 1
  if (name.includes(wanted)) return 2
  return words.toLowerCase().includes(wanted) ? 3 : Infinity
}

async function show() {
  const wanted = input.value.trim().toLowerCase()
  if (wanted === '') return hide()
  const found = (await load())
    .map((entry) => ({ entry, rank: rank(entry, wanted) }))
    .filter((each) => each.rank < Infinity)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, SHOWN)
  if (input.value.trim().toLowerCase() !== wanted) return
  list.replaceChildren(...found.map(({ entry }, at) => item(entry, at)))
  if (found.length === 0) list.replaceChildren(nothing())
  list.hidden = false
  input.setAttribute('aria-expanded', 'true')
  choose(found.length > 0 ? 0 : -1)
}

function item([title, path, words], at) {
  const link = Object.assign(document.createElement('a'), { href: root + path, tabIndex: -1 })
  link.append(
    Object.assign(document.createElement('strong'), { textContent: title }),
    Object.assign(document.createElement('span'), { textContent: words }),
  )
  const option = Object.assign(document.createElement('li'), { id: `found-${at}` })
  option.setAttribute('role', 'option')
  option.append(link)
  return option
}

function nothing() {
  return Object.assign(document.createElement('li'), {
    className: 'nothing',
    textContent: 'Nothing of that name.',
  })
}

function choose(at) {
  const options = [...list.querySelectorAll('[role=option]')]
  chosen = options.length === 0 ? -1 : (at + options.length) % options.length
  for (const [index, option] of options.entries()) {
    option.setAttribute('aria-selected', String(index === chosen))
  }
  options[chosen]?.scrollIntoView({ block: 'nearest' })
  if (chosen >= 0) input.setAttribute('aria-activedescendant', `found-${chosen}`)
  else input.removeAttribute('aria-activedescendant')
}

function hide() {
  list.hidden = true
  input.setAttribute('aria-expanded', 'false')
  input.removeAttribute('aria-activedescendant')
}

input.addEventListener('input', show)
input.addEventListener('focus', () => void load())
input.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    hide()
    input.blur()
  } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault()
    choose(chosen + (event.key === 'ArrowDown' ? 1 : -1))
  } else if (event.key === 'Enter' && !list.hidden) {
    list.querySelectorAll('[role=option] a')[chosen]?.click()
    hide()
  }
})
document.addEventListener('keydown', (event) => {
  const typing = /^(?:INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? '')
  if (event.key !== '/' || typing || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  input.focus()
})
document.addEventListener('click', (event) => {
  if (!event.target.closest('.search')) hide()
})
