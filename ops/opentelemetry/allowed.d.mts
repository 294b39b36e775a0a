export function keepOnlyAllowed(span: {
  name: string
  attributes: Record<string, unknown>
  events: unknown[]
  status: { code: number; message?: string }
}): void
