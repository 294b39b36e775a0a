/** All items of a method that gives them page by page. */
export async function readPages<T>(
  read: (page: { cursor?: string }) => Promise<{ items: T[]; cursor: string | undefined }>,
): Promise<T[]> {
  const all: T[] = []
  let cursor: string | undefined
  do {
    const page = await read(cursor === undefined ? {} : { cursor })
    all.push(...page.items)
    cursor = page.cursor
  } while (cursor !== undefined)
  return all
}
