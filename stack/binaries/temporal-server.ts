import { execFile } from 'node:child_process'
import { access, constants, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { StartFailure } from '../start-failure.ts'

/** The server a laboratory would run, and the tool that makes its tables. */
export interface TemporalServerBinaries {
  readonly server: string
  readonly sql: string
}

export interface TemporalServerSearch {
  readonly cacheDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Told of the build, which takes minutes, in Russian. */
  readonly log: (line: string) => void
}

export const TEMPORAL_SERVER_VERSION = '1.31.2'
const PACKAGES = ['go.temporal.io/server/cmd/server', 'go.temporal.io/server/cmd/tools/sql']

/**
 * Temporal publishes its server as source and as an image, not as a plain executable: it is built once with Go, whose
 * module checksums say that the bytes are the published ones, and kept. Errors: StartFailure when Go is missing or fails.
 */
export async function findTemporalServer(
  search: TemporalServerSearch,
): Promise<TemporalServerBinaries> {
  const folder = join(search.cacheDir, `temporal-server-${TEMPORAL_SERVER_VERSION}`)
  const binaries = { server: join(folder, 'server'), sql: join(folder, 'sql') }
  if (await areExecutable(binaries)) return binaries
  search.log(`Собирается Temporal ${TEMPORAL_SERVER_VERSION} (один раз, до трёх минут)…`)
  await mkdir(search.cacheDir, { recursive: true })
  const fresh = await mkdtemp(`${folder}-`)
  try {
    for (const name of PACKAGES) await build(`${name}@v${TEMPORAL_SERVER_VERSION}`, fresh, search)
    // A half-made folder of an interrupted build goes; one that somebody has completed meanwhile is as good as ours.
    if (!(await areExecutable(binaries))) {
      await rm(folder, { recursive: true, force: true })
      await rename(fresh, folder)
    }
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
  return binaries
}

async function build(name: string, folder: string, { env }: TemporalServerSearch): Promise<void> {
  try {
    await promisify(execFile)('go', ['install', name], { env: { ...env, GOBIN: folder } })
  } catch (cause) {
    throw isMissing(cause) ? noGo(cause) : notBuilt(name, cause)
  }
}

const noGo = (cause: unknown) =>
  new StartFailure(
    `Для настоящего сервера Temporal ${TEMPORAL_SERVER_VERSION} нужен Go, а его нет в PATH.`,
    'установите Go 1.26 или новее либо запустите с сервером разработки',
    cause,
  )

const notBuilt = (name: string, cause: unknown) =>
  new StartFailure(
    `Не удалось собрать ${name}.`,
    'проверьте доступ к модулям Go (переменная GOPROXY) и место на диске',
    cause,
  )

const isMissing = (cause: unknown) =>
  cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'

const areExecutable = ({ server, sql }: TemporalServerBinaries) =>
  Promise.all([access(server, constants.X_OK), access(sql, constants.X_OK)]).then(
    () => true,
    () => false,
  )
