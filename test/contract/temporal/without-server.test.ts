import { randomUUID } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import { defaultPayloadConverter, encodingKeys, METADATA_ENCODING_KEY } from '@temporalio/common'
import { afterAll, describe, expect, it } from 'vitest'
import { createPayloadCodec } from '../../../adapters/temporal/payload-codec.ts'
import { createSubmissionWorkflows } from '../../../adapters/temporal/submission-workflows.ts'
import { submissionNames } from '../../../workflows/names.ts'
import { codecKeys, startMessage } from './temporal-rehearsal.ts'

const connection = Connection.lazy({ address: '127.0.0.1:1', connectTimeout: 200 })
afterAll(() => connection.close())
const workflows = createSubmissionWorkflows({
  client: new Client({ connection }),
  connection,
  codec: createPayloadCodec(codecKeys),
  taskQueue: 'none',
  names: submissionNames,
  updateTimeoutMs: 200,
})

describe('where there is no server', () => {
  const away = { name: 'AppError', code: 'temporal-unavailable', class: 'transient' }
  const id = randomUUID()

  it.each([
    ['deliver', () => workflows.deliver(startMessage(id))],
    ['approve', () => workflows.approve(id, { actor: 'user-7' })],
    ['cancel', () => workflows.cancel(id, { actor: 'user-7', reason: '' })],
    ['ping', () => workflows.ping()],
  ])('%s says so in time', async (_, call) => {
    await expect(call()).rejects.toMatchObject(away)
  })
})

describe('decodePayloads', () => {
  it('opens ours for Web UI and leaves what is in clear', async () => {
    const clear = defaultPayloadConverter.toPayload({ phase: 'sending' })
    const codec = createPayloadCodec(codecKeys)
    const [sealed] = await codec.encode([clear])
    const json = [sealed, clear].map((payload) => ({
      metadata: Object.fromEntries(
        Object.entries(payload?.metadata ?? {}).map(([name, bytes]) => [name, toBase64(bytes)]),
      ),
      data: toBase64(payload?.data ?? new Uint8Array()),
    }))
    const opened = {
      metadata: { [METADATA_ENCODING_KEY]: toBase64(encodingKeys.METADATA_ENCODING_JSON) },
      data: toBase64(Buffer.from('{"phase":"sending"}')),
    }
    expect(await workflows.decodePayloads(json)).toEqual([opened, opened])
    expect(await workflows.decodePayloads([{}])).toEqual([{ metadata: {}, data: '' }])
  })
})

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
