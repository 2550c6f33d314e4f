import type { FastifyInstance } from 'fastify'
import { FAULT_MODES, faultSchema } from './fault.ts'
import type { FaultSwitches } from './fault-switches.ts'

export function faultRoutes(app: FastifyInstance, faults: FaultSwitches): void {
  app.get('/faults', () => ({ faults: faults.list(), modes: FAULT_MODES }))
  app.post('/faults', (request, reply) => {
    const parsed = faultSchema.safeParse(request.body)
    if (!parsed.success) {
      const errors = parsed.error.issues.map(({ path, message }) => ({
        field: path.join('.'),
        message,
      }))
      return reply.code(422).send({ errors })
    }
    return reply.code(201).send({ id: faults.add(parsed.data) })
  })
  app.delete('/faults', (_request, reply) => {
    faults.clear()
    return reply.code(204).send()
  })
  app.delete<{ Params: { id: string } }>('/faults/:id', (request, reply) =>
    reply.code(faults.remove(request.params.id) ? 204 : 404).send(),
  )
}
