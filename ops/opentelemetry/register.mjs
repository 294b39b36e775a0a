// Traces of the service, for `node --import`; docs/operations.md says how. Where they go, and how many of
// them, is set by the variables of OpenTelemetry (OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER …).
import { register } from 'node:module'
import process from 'node:process'
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace'
import { keepOnlyAllowed } from './allowed.mjs'

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url)

const off = { enabled: false }
const sdk = new NodeSDK({
  serviceName: process.env.OTEL_SERVICE_NAME ?? 'catbird-mls',
  instrumentations: [
    getNodeAutoInstrumentations({
      '@opentelemetry/instrumentation-dns': off,
      '@opentelemetry/instrumentation-fs': off,
      '@opentelemetry/instrumentation-net': off,
      // Log lines and metrics are the service's own.
      '@opentelemetry/instrumentation-pino': off,
      '@opentelemetry/instrumentation-runtime-node': off,
    }),
  ],
  // In this order: what is left out must be gone before a span waits for its export.
  spanProcessors: [
    {
      onStart() {},
      onEnd: keepOnlyAllowed,
      forceFlush: async () => {},
      shutdown: async () => {},
    },
    new BatchSpanProcessor({ exporter: new OTLPTraceExporter() }),
  ],
})
sdk.start()
process.once('beforeExit', () => void sdk.shutdown())
