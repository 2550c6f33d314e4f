import { Connection } from '@temporalio/client'
import proto from '@temporalio/proto'
import type { ChildSpec } from './child.ts'
import type { SystemEnv } from './environment.ts'

/** Attributes operators filter runs by (design: the submission workflow). None is personal. */
export const SEARCH_ATTRIBUTES = {
  GonetsPhase: 'Keyword',
  GonetsOrganization: 'Keyword',
  GonetsRegistry: 'Keyword',
  GonetsAnalysis: 'Keyword',
  GonetsNeedsAttention: 'Bool',
  GonetsRetainUntil: 'Datetime',
} as const

export interface TemporalOptions {
  /** The `temporal` executable. */
  readonly cli: string
  readonly databaseFile: string
  readonly port: number
  readonly uiPort: number
  readonly apiPort: number
  readonly cwd: string
  readonly env: SystemEnv
}

/** Temporal's dev server with its Web UI, kept in one file. */
export function temporalSpec(options: TemporalOptions): ChildSpec {
  return {
    name: 'temporal',
    command: options.cli,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(options.port)],
      ...['--ui-port', String(options.uiPort), '--ui-disable-news-fetch'],
      ...['--ui-codec-endpoint', `http://127.0.0.1:${options.apiPort}/codec`],
      ...['--db-filename', options.databaseFile],
      // A write-ahead log halves the waiting for the disk; `full` keeps every commit through a power cut.
      ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=full'],
      // A lone submission continues as retention within its first second; the server's default would make it wait for the rest.
      ...['--dynamic-config-value', 'history.workflowIdReuseMinimalInterval="0s"'],
      ...['--log-format', 'json', '--log-level', 'warn'],
      ...Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => [
        '--search-attribute',
        `${name}=${type}`,
      ]),
    ],
    env: options.env,
    cwd: options.cwd,
    ipc: false,
    isReady: () => withConnection(`127.0.0.1:${options.port}`, hasSearchAttributes),
    stopSignal: 'SIGTERM',
    graceMs: 3_000,
  }
}

/** The server answers before the attributes are there, and a run started too early would fail for want of them. */
export async function hasSearchAttributes(connection: Connection): Promise<boolean> {
  const known = await connection.operatorService.listSearchAttributes({ namespace: 'default' })
  return Object.keys(SEARCH_ATTRIBUTES).every((name) => name in known.customAttributes)
}

const { IndexedValueType } = proto.temporal.api.enums.v1
const TYPES = {
  Keyword: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  Bool: IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
  Datetime: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
}

/** Makes the attributes in a server that was not told of them at its start. */
export async function addSearchAttributes(connection: Connection): Promise<void> {
  const attributes = Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => [name, TYPES[type]])
  await connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(attributes),
  })
}

export async function withConnection<T>(
  address: string,
  ask: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await Connection.connect({ address, connectTimeout: 1_000 })
  try {
    return await ask(connection)
  } finally {
    await connection.close()
  }
}
