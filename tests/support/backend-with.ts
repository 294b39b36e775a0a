import type { Backend } from '../../src/backend/backend.js'

/** `backend`, save for what `overrides` does otherwise. */
export function backendWith(backend: Backend, overrides: Partial<Backend>): Backend {
  return new Proxy(backend, {
    get(target, name) {
      if (Object.hasOwn(overrides, name)) return Reflect.get(overrides, name) as unknown
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}
