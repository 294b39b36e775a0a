export { STREAM_SETTINGS, type StreamSettings } from './settings.js'
export { createStream, type StreamDeps, type StreamService, type StreamStats } from './stream.js'
