import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Api } from '../api.ts'

export interface Metrics {
  readonly registry: Registry
  /** Results by what became of them at intake: created, repeated, updated, corrects, conflict, invalid. */
  readonly intake: Counter<'outcome'>
  /** Outbox messages by kind and outcome (`delivered` or an error code). */
  readonly deliveries: Counter<'kind' | 'outcome'>
  /** Messages taken from the outbox and not delivered yet. */
  readonly delivering: Gauge
  /** Messages the last sweep found waiting: above zero for long means Temporal cannot be reached. */
  readonly sweepFound: Gauge
  /** Accepted results whose carrying has not begun, at the last sweep. */
  readonly startsWaiting: Gauge
  /** Results being worked on when starts were last looked for. */
  readonly inFlight: Gauge
  readonly requests: Histogram<'method' | 'route' | 'status'>
}

/** One registry per app, so that two apps in a test do not collide. Labels never hold ids. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  return {
    registry,
    intake: new Counter({
      name: 'gonets_intake_results_total',
      help: 'Results received, by outcome',
      labelNames: ['outcome'],
      registers,
    }),
    deliveries: new Counter({
      name: 'gonets_outbox_deliveries_total',
      help: 'Outbox messages handed to Temporal, by kind and outcome',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
    delivering: new Gauge({
      name: 'gonets_outbox_delivering',
      help: 'Outbox messages being handed to Temporal by this process',
      registers,
    }),
    sweepFound: new Gauge({
      name: 'gonets_outbox_sweep_found',
      help: 'Undelivered outbox messages found due by the last sweep',
      registers,
    }),
    startsWaiting: new Gauge({
      name: 'gonets_starts_waiting',
      help: 'Accepted results that wait for a place to be worked on, at the last sweep',
      registers,
    }),
    inFlight: new Gauge({
      name: 'gonets_results_in_flight',
      help: 'Results being worked on, counted in the database when starts were last looked for',
      registers,
    }),
    requests: new Histogram({
      name: 'gonets_http_request_seconds',
      help: 'Time from request to answer, by route template',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers,
    }),
  }
}

export function registerRequestMetrics(app: Api, metrics: Metrics): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unmatched'
    metrics.requests.observe(
      { method: request.method, route, status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    )
  })
}
