import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { findLowPorts, resolvePorts } from '../../../stack/ports.ts'

const server = createServer()
let taken: number
beforeEach(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  taken = typeof address === 'object' && address ? address.port : 0
})
afterEach(async () => {
  server.close()
  await once(server, 'close')
})

const request = (setting: string, port: number) => ({ setting, host: '127.0.0.1', port })

it('names the setting of a port that is taken', async () => {
  const ports = resolvePorts({ api: request('GONETS_PORT', taken), ui: request('GONETS_UI', 0) })
  await expect(ports).rejects.toMatchObject({
    message: `Порт 127.0.0.1:${taken} занят другой программой.`,
    advice: expect.stringContaining('GONETS_PORT'),
  })
})

it('notices that two settings ask for the same port', async () => {
  const { free } = await resolvePorts({ free: request('A', 0) })
  const ports = resolvePorts({ a: request('GONETS_A', free), b: request('GONETS_B', free) })
  await expect(ports).rejects.toMatchObject({ advice: expect.stringContaining('GONETS_B') })
})

it('hands out different free ports for zeros, and leaves them free', async () => {
  const zeros = { a: request('A', 0), b: request('B', 0), c: request('C', 0) }
  const ports = await resolvePorts(zeros)
  expect(new Set(Object.values(ports)).size).toBe(3)
  await expect(resolvePorts({ a: request('A', ports.a) })).resolves.toEqual({ a: ports.a })
})

it('finds ports that fit into 15 bits, passing over those that are taken', async () => {
  const asked: number[] = []
  const everySecond = (port: number) => Promise.resolve(asked.push(port) % 2 === 0)
  const ports = await findLowPorts(4, everySecond)
  expect(ports).toEqual([1, 3, 5, 7].map((at) => asked[at]))
  expect(Math.max(...asked)).toBeLessThan(2 ** 15)
})
