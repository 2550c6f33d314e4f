import { ApplicationFailure } from '@temporalio/common'
import {
  decodeOptionalFailureToOptionalError,
  encodeErrorToFailure,
} from '@temporalio/common/lib/internal-non-workflow/codec-helpers.js'
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/data-converter-helpers.js'
import { expect, it } from 'vitest'
import { createDataConverter } from '../../../adapters/temporal/data-converter.ts'

const converter = loadDataConverter(
  createDataConverter({ active: 'k1', keys: new Map([['k1', Buffer.alloc(32, 1)]]) }),
)
const failure = ApplicationFailure.create({
  type: 'registry-timeout',
  message: 'registry-timeout of Тестова',
  nonRetryable: true,
  details: [{ class: 'ambiguous', note: 'Тестова' }],
})

it('shows neither message, stack nor details of a failure', async () => {
  const proto = await encodeErrorToFailure(converter, failure)
  const { message, stackTrace, encodedAttributes, applicationFailureInfo } = proto
  expect({ message, stackTrace }).toEqual({ message: 'Encoded failure', stackTrace: '' })
  expect(encodingOf(encodedAttributes?.metadata)).toBe('binary/gonets-aes256gcm')
  expect(encodingOf(applicationFailureInfo?.details?.payloads?.[0]?.metadata)).toBe(
    'binary/gonets-aes256gcm',
  )
  expect(JSON.stringify(proto)).not.toContain('Тестова')
})

it('leaves the code in clear, by which operators filter', async () => {
  const { applicationFailureInfo } = await encodeErrorToFailure(converter, failure)
  expect(applicationFailureInfo).toMatchObject({ type: 'registry-timeout', nonRetryable: true })
})

it('gives the failure back as it was', async () => {
  const proto = await encodeErrorToFailure(converter, failure)
  const error = await decodeOptionalFailureToOptionalError(converter, proto)
  expect(error).toBeInstanceOf(ApplicationFailure)
  expect(error).toMatchObject({
    message: failure.message,
    type: 'registry-timeout',
    details: [{ class: 'ambiguous', note: 'Тестова' }],
  })
  expect(error?.stack).toContain('failure-converter.test.ts')
})

function encodingOf(metadata: Record<string, Uint8Array> | null | undefined): string {
  return Buffer.from(metadata?.encoding ?? []).toString()
}
