/**
 * Where the delivery service is: what the page's `<meta name="catbird-service">` says, so that a static
 * site can name one elsewhere, or else where the page came from.
 */
export function serviceAddress(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="catbird-service"]')
  const told = meta?.content.trim() ?? ''
  return (told === '' ? location.origin : told).replace(/\/$/, '')
}
