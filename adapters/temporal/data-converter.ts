import { fileURLToPath } from 'node:url'
import type { DataConverter } from '@temporalio/common'
import { type CodecKeys, createPayloadCodec, sealedOnly } from './payload-codec.ts'

/** The same on client, worker and replay, or histories cannot be read. */
export function createDataConverter(keys: CodecKeys): DataConverter {
  return {
    payloadCodecs: [sealedOnly(createPayloadCodec(keys))],
    failureConverterPath: fileURLToPath(new URL('./failure-converter.ts', import.meta.url)),
  }
}
