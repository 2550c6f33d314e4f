import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { TimelineEvent } from '../../../adapters/storage/port.ts'
import type { Api } from '../../api.ts'
import { clientGone } from '../../client-gone.ts'
import type { ApiDeps } from '../../deps.ts'
import { principalOf } from '../../plugins/auth.ts'
import { ApiProblem } from '../../problem.ts'
import { idParams, toIso } from '../../schemas/parts.ts'
import { eventListSchema, eventQuery } from '../../schemas/submission.ts'
import { isSettled, streamEvents } from './event-stream.ts'
import { findOwn } from './find-own.ts'

export function registerEvents(app: Api, deps: ApiDeps): void {
  app.get(
    '/v1/submissions/:id/events',
    {
      config: { right: 'read', streams: 'text/event-stream' },
      schema: {
        operationId: 'getSubmissionEvents',
        tags: ['Отправки'],
        summary: 'Хронология отправки',
        description:
          'JSON или, с Accept: text/event-stream, поток: id события — его номер, после разрыва продолжается с ' +
          'Last-Event-ID. Поток закрывается, когда отправка завершена; 204 — продолжения не будет.',
        params: idParams,
        querystring: eventQuery,
        response: { 200: eventListSchema },
      },
    },
    async (request, typedReply) => {
      // JSON, a stream or nothing: more than one response type can say.
      const reply: FastifyReply = typedReply
      const view = await findOwn(deps, request, request.params.id)
      const after = request.query.after ?? lastEventId(request)
      const { organizationId } = principalOf(request)
      const read = (seq: number) => deps.store.submissions.events(organizationId, view.id, seq)
      if (!wantsStream(request)) return reply.send({ items: (await read(after)).map(toEvent) })
      const follow = request.query.follow === 'true'
      // A browser reconnects after the end of a stream; 204 is what tells it not to.
      if (isSettled(view.phase) && !follow && (await read(after)).length === 0)
        return reply.code(204).send()
      const place = deps.waitRoom.enter(clientGone(reply.raw))
      if (!place) throw new ApiProblem('too-many-streams')
      const phase = async () => (await findOwn(deps, request, view.id)).phase
      const messages = streamEvents({ read, phase, after, follow, signal: place.signal })
      const stream = Readable.from(messages).once('close', () => place.leave())
      return reply
        .type('text/event-stream; charset=utf-8')
        .header('cache-control', 'no-store')
        .send(stream)
    },
  )
}

export function toEvent(event: TimelineEvent) {
  return { ...event, at: toIso(event.at), details: { ...event.details } }
}

function wantsStream(request: FastifyRequest): boolean {
  return (request.headers.accept ?? '').toLowerCase().includes('text/event-stream')
}

function lastEventId(request: FastifyRequest): number {
  const header = request.headers['last-event-id']
  return typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) : 0
}
