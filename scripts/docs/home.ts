import { code, escape } from './html.js'
import type { Page } from './layout.js'
import type { Reference } from './reference/read.js'

const SUMMARY =
  'End-to-end encrypted group chat for AT Protocol accounts, by MLS (RFC 9420): the delivery service and its client.'

export function homePage(guides: Page[], { methods, areas }: Reference): Page {
  const cards = guides.map(
    ({ path, title, summary }) =>
      `<li><a href="${path}"><strong>${escape(title)}</strong><span>${escape(summary)}</span></a></li>`,
  )
  const chips = areas.map(
    ({ title, methods: own }) =>
      `<li><a href="reference/index.html#${title.toLowerCase().replaceAll(' ', '-')}">${escape(title)} <b>${own.length}</b></a></li>`,
  )
  return {
    path: 'index.html',
    title: 'Catbird MLS',
    summary: SUMMARY,
    body: `<div class="hero">
<h1>Private groups for the open network</h1>
<p class="lead">${escape(SUMMARY)} The service orders and delivers what it cannot read, and checks everything that can be checked without secrets.</p>
<p class="actions"><a class="button" href="guides/client-guide.html">Write a client</a><a class="button plain" href="guides/curl-tour.html">Tour with curl</a><a class="button plain" href="reference/index.html">${methods.length} methods</a></p>
</div>
<h2 id="start">Start it</h2>
${code('npm ci && npm start', 'sh')}
<p>That is the whole service on an embedded database, with a browser chat. <a href="guides/operations.html">Operations</a> has PostgreSQL, Redis and Kubernetes.</p>
<h2 id="guides">Guides</h2>
<ul class="cards">${cards.join('\n')}</ul>
<h2 id="reference">Reference</h2>
<ul class="chips">${chips.join('\n')}</ul>
<p>For programs that read documentation: <a href="llms.txt"><code>llms.txt</code></a>, <a href="llms-full.txt"><code>llms-full.txt</code></a>.</p>`,
  }
}
