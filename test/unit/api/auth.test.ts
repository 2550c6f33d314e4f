import type { FastifyReply, FastifyRequest } from 'fastify'
import { expect, it, vi } from 'vitest'
import type { ApiKeyPrincipal } from '../../../adapters/storage/port.ts'
import { createAuthenticator } from '../../../api/plugins/auth.ts'

const principal = { keyId: 'key-1', organizationId: 'lab-1', rights: ['read'] } as ApiKeyPrincipal
const request = { headers: { authorization: 'Bearer gonets-test-key' } } as FastifyRequest

it('a revoked key is forgotten in time, whatever the time of day does', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const clock = { ms: 0 }
  const known = { key: principal as ApiKeyPrincipal | undefined }
  const apiKeys = { authenticate: vi.fn(async () => known.key) }
  const authenticate = createAuthenticator({ apiKeys, cacheMs: 30_000, elapsed: () => clock.ms })
  const ask = () => authenticate(request, {} as FastifyReply)
  expect(await ask()).toBe(principal)
  known.key = undefined
  vi.setSystemTime(Date.now() - 3_600_000)
  clock.ms = 29_999
  expect(await ask(), 'still believed').toBe(principal)
  clock.ms = 30_000
  await expect(ask()).rejects.toMatchObject({ code: 'unauthenticated' })
  vi.useRealTimers()
})
