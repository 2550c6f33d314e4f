import { execFile } from 'node:child_process'
import { mkdtemp, open, rename, rm, rmdir, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A folder on a disk of its own, small enough to be filled up. */
export interface SmallDisk {
  /** Leaves not a single byte. */
  fill(): Promise<void>
  /** Takes the ballast away. */
  free(): Promise<void>
  remove(): Promise<void>
}

/** Why no disk can be mounted here; undefined where it can. */
export async function whyNoDisk(): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'gonets-disk-'))
  try {
    await mount(folder, 1)
    await run('umount', [folder])
    return undefined
  } catch {
    return 'a small disk cannot be mounted here: it takes root and the right to mount'
  } finally {
    await rmdir(folder)
  }
}

/** Moves what is in the folder to a disk of its own in the same place. Nobody may be using it. */
export async function moveToSmallDisk(folder: string, megabytes: number): Promise<SmallDisk> {
  const before = `${folder}.before`
  const { mode, uid, gid } = await stat(folder)
  await rename(folder, before)
  await run('install', ['-d', '-m', (mode & 0o777).toString(8), folder])
  await mount(folder, megabytes)
  await run('cp', ['-a', `${before}/.`, folder])
  await run('chown', [`${uid}:${gid}`, folder])
  await rm(before, { recursive: true })
  const ballast = join(folder, 'ballast')
  return {
    fill: () => writeUntilFull(ballast),
    free: () => rm(ballast, { force: true }),
    async remove() {
      await run('umount', [folder])
    },
  }
}

async function mount(folder: string, megabytes: number): Promise<void> {
  await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder])
}

async function writeUntilFull(file: string): Promise<void> {
  const ballast = await open(file, 'a')
  try {
    for (const size of [1 << 20, 1 << 12])
      while (await fits(ballast.write(Buffer.alloc(size)), size));
  } finally {
    await ballast.close()
  }
}

async function fits(write: Promise<{ bytesWritten: number }>, size: number): Promise<boolean> {
  try {
    return (await write).bytesWritten === size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false
    throw error
  }
}
