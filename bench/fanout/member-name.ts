export function memberName(index: number): string {
  return `did:web:m${index}.test`
}
