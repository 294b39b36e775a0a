/** What whoever serves this page has written into `<meta name="catbird-…">`. */
export function pageSetting(name: string): string | undefined {
  const meta = document.querySelector<HTMLMetaElement>(`meta[name="catbird-${name}"]`)
  return meta?.content.trim() || undefined
}
