/** What an account can be to a conversation. */
export const ROLES = [
  /** Never was in it. */
  'outsider',
  /** Was added, and has not accepted yet. */
  'request',
  'member',
  'moderator',
  /** Also its creator. */
  'admin',
  'left',
  /** By the admin. */
  'removed',
  /** A member whom the admin blocks, since both are in. */
  'blocked',
  /** A member whose device, with which it calls, is deleted. */
  'deleted',
] as const

export type Role = (typeof ROLES)[number]

/** `ok`, or the name of the error. */
export type Cells = Record<Role, string>

/** One word for each role, in their order. */
export function cells(words: string): Cells {
  const each = words.trim().split(/\s+/)
  if (each.length !== ROLES.length) throw new Error(`${each.length} cells: ${words}`)
  return Object.fromEntries(ROLES.map((role, i) => [role, each[i]!])) as Cells
}

// prettier-ignore
const PATTERNS = {
  //                 outsider      request  member   moderator admin left      removed   blocked  deleted
  anybody: cells('   ok            ok       ok       ok        ok    ok        ok        ok       ok      '),
  members: cells('   ConvoNotFound ok       ok       ok        ok    NotMember NotMember ok       ok      '),
  everThere: cells(' ConvoNotFound ok       ok       ok        ok    ok        ok        ok       ok      '),
  admins: cells('    ConvoNotFound NotAdmin NotAdmin NotAdmin  ok    NotMember NotMember NotAdmin NotAdmin'),
}
export const ANYBODY = PATTERNS.anybody
export const MEMBERS = PATTERNS.members
export const EVER_THERE = PATTERNS.everThere
export const ADMINS = PATTERNS.admins
