import { Client, Connection } from '@temporalio/client'
import { createDataConverter } from './data-converter.ts'
import type { CodecKeys } from './payload-codec.ts'

export interface TemporalOptions {
  readonly address: string
  readonly namespace: string
  readonly codec: CodecKeys
}

/** Connects at first use: a process starts and accepts results while Temporal is away. Whoever creates it closes it. */
export function createTemporalClient({ address, namespace, codec }: TemporalOptions): {
  client: Client
  connection: Connection
  close(): Promise<void>
} {
  const connection = Connection.lazy({ address, connectTimeout: 5_000 })
  const client = new Client({ connection, namespace, dataConverter: createDataConverter(codec) })
  return {
    client,
    connection,
    close: async () => {
      await connection.close()
    },
  }
}
