import { chmod, copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFileKeyProvider } from '../../adapters/keys/index.ts'
import { deriveCodecKeys } from '../../adapters/temporal/codec-keys.ts'
import { createDataConverter } from '../../adapters/temporal/data-converter.ts'

/** Keys of the recorded histories: they protect synthetic patients of a test and nothing else. */
const RECORDED_KEYS = join(import.meta.dirname, '..', 'replay', 'keys.json')

/** A checkout gives the file everybody's rights; the key provider rightly refuses that. */
export async function copyRecordedKeys(path: string): Promise<void> {
  await copyFile(RECORDED_KEYS, path)
  await chmod(path, 0o600)
}

export async function recordedDataConverter(scratchPath: string) {
  await copyRecordedKeys(scratchPath)
  return createDataConverter(deriveCodecKeys(createFileKeyProvider({ path: scratchPath })))
}
