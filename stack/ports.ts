import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { StartFailure } from './start-failure.ts'

/** A port somebody will listen on, with the setting that chooses it. 0 = any free one. */
export interface PortRequest {
  readonly setting: string
  readonly host: string
  readonly port: number
}

/** Ports by setting, zeros replaced by free ones. Errors: StartFailure naming the first taken one. */
export async function resolvePorts<K extends string>(
  requests: Readonly<Record<K, PortRequest>>,
): Promise<Record<K, number>> {
  const held: (() => Promise<void>)[] = []
  try {
    const entries: [string, number][] = []
    for (const [key, request] of Object.entries<PortRequest>(requests)) {
      // Held until all are chosen: otherwise the same free port could be handed out twice.
      const { port, close } = request.port === 0 ? await holdAny(request) : await hold(request)
      held.push(close)
      entries.push([key, port])
    }
    return Object.fromEntries(entries) as Record<K, number>
  } finally {
    await Promise.all(held.map((close) => close()))
  }
}

const LOWEST = 15_000
const ABOVE_HIGHEST = 32_768

/** Free ports that fit into 15 bits: Temporal keeps those of its parts in a `smallint`. */
export async function findLowPorts(
  count: number,
  isFree: (port: number) => Promise<boolean> = canListen,
): Promise<number[]> {
  const found: number[] = []
  let port = randomInt(LOWEST, ABOVE_HIGHEST)
  for (let tries = ABOVE_HIGHEST - LOWEST; found.length < count && tries > 0; tries -= 1) {
    if (await isFree(port)) found.push(port)
    port = port + 1 < ABOVE_HIGHEST ? port + 1 : LOWEST
  }
  return found
}

const canListen = (port: number) =>
  hold({ setting: '', host: '127.0.0.1', port }).then(
    async ({ close }) => close().then(() => true),
    () => false,
  )

/**
 * Below the range from which the system takes ports for outgoing connections: one found free there could be taken by any
 * connection before the server listens on it.
 */
async function holdAny(request: PortRequest): ReturnType<typeof hold> {
  const [port = 0] = await findLowPorts(1)
  return await hold({ ...request, port })
}

function hold(request: PortRequest): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(refusal(request, cause)))
    server.listen({ host: request.host, port: request.port, exclusive: true }, () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : request.port
      resolve({ port, close: () => new Promise((done) => server.close(() => done())) })
    })
  })
}

function refusal({ setting, host, port }: PortRequest, cause: NodeJS.ErrnoException): StartFailure {
  const where = `${host}:${port}`
  return cause.code === 'EADDRINUSE'
    ? new StartFailure(
        `Порт ${where} занят другой программой.`,
        `освободите его или задайте другой в ${setting}`,
        cause,
      )
    : new StartFailure(
        `На адресе ${where} нельзя слушать (${cause.code ?? 'ошибка'}).`,
        `задайте другой порт в ${setting}`,
        cause,
      )
}
