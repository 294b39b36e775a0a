import type { Plugin } from 'vite'
import { SCOPE } from './src/sign-in/scope.ts'

/**
 * For a static site: `SITE_URL` is where it will be, and the id by which servers of accounts know it is an
 * address below that; `SERVICE_URL` is the delivery service. Without them the page is for the service
 * that serves it.
 */
export function staticSite({ SITE_URL, SERVICE_URL }: NodeJS.ProcessEnv): Plugin {
  return {
    name: 'static-site',
    generateBundle() {
      if (!SITE_URL) return
      this.emitFile({
        type: 'asset',
        fileName: 'client-metadata.json',
        source: `${JSON.stringify(clientMetadata(directory(SITE_URL)), null, 2)}\n`,
      })
    },
    transformIndexHtml() {
      if (!SERVICE_URL) return []
      const attrs = { name: 'catbird-service', content: new URL(SERVICE_URL).href }
      return [{ tag: 'meta', attrs, injectTo: 'head' }]
    },
  }
}

/** https://atproto.com/specs/oauth#client-id-metadata-document */
function clientMetadata(site: string) {
  return {
    client_id: new URL('client-metadata.json', site).href,
    client_name: 'Catbird',
    client_uri: site,
    redirect_uris: [site],
    scope: SCOPE,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    application_type: 'web',
    dpop_bound_access_tokens: true,
  }
}

function directory(url: string): string {
  const { href, protocol } = new URL(url.endsWith('/') ? url : `${url}/`)
  if (protocol !== 'https:') throw new Error(`SITE_URL must begin with https://, not ${protocol}//`)
  return href
}
