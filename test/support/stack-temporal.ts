import { join } from 'node:path'
import { createFileKeyProvider } from '../../adapters/keys/index.ts'
import { deriveCodecKeys } from '../../adapters/temporal/codec-keys.ts'
import { createTemporalClient } from '../../adapters/temporal/connect.ts'
import type { StackHandle } from './stack.ts'

export type TemporalOfStack = ReturnType<typeof createTemporalClient>

/** Temporal of a stack, with the keys to read its payloads. Whoever opens it closes it. */
export function openTemporal({ dataDir, temporalAddress }: StackHandle): TemporalOfStack {
  const codec = deriveCodecKeys(createFileKeyProvider({ path: join(dataDir, 'keys.json') }))
  return createTemporalClient({ address: temporalAddress, namespace: 'default', codec })
}
