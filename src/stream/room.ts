import type { Writable } from 'node:stream'

/** Whether a socket takes more, and since when it does not. */
export class Room {
  #fullSinceMs: number | undefined
  #open: (() => void) | undefined

  constructor(socket: Writable) {
    const open = () => {
      this.#fullSinceMs = undefined
      this.#open?.()
    }
    socket.on('drain', open)
    socket.on('close', open)
  }

  /** Call it when a write said that the socket is full. */
  wait(nowMs: number): Promise<void> {
    this.#fullSinceMs = nowMs
    return new Promise((resolve) => {
      this.#open = resolve
    })
  }

  get isFull(): boolean {
    return this.#fullSinceMs !== undefined
  }

  fullFor(nowMs: number): number {
    return this.#fullSinceMs === undefined ? 0 : nowMs - this.#fullSinceMs
  }
}
