import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { z } from 'zod'
import type { BinarySpec, Platform } from './checksums.ts'
import { fileFromTar } from './untar.ts'

const CONNECT_TIMEOUT_MS = 5_000
const DOWNLOAD_TIMEOUT_MS = 180_000
const info = z.object({ archiveUrl: z.url(), fileToExtract: z.string() })

/**
 * Fetches a binary from Temporal's own address, by the same two requests as Temporal's SDKs: where the archive is,
 * then the archive. Gives up after five seconds when the address does not answer: closed networks are common.
 */
export async function downloadFromTemporal(
  spec: BinarySpec,
  platform: Platform,
  fetchUrl: typeof fetch,
): Promise<Buffer> {
  const [os, arch] = platform.split('-')
  const address = new URL(`https://temporal.download/${spec.downloadName}/v${spec.version}`)
  address.searchParams.set('platform', os ?? '')
  address.searchParams.set('arch', arch === 'x64' ? 'amd64' : 'arm64')
  address.searchParams.set('format', 'tar.gz')
  const found = await fetchUrl(address, { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) })
  if (!found.ok) throw new Error(`ответ ${found.status}`)
  const { archiveUrl, fileToExtract } = info.parse(await found.json())
  const archive = await fetchUrl(archiveUrl, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) })
  if (!archive.ok) throw new Error(`ответ ${archive.status}`)
  const tar = await promisify(gunzip)(Buffer.from(await archive.arrayBuffer()))
  const file = fileFromTar(tar, fileToExtract.split('/').pop() ?? spec.name)
  if (!file) throw new Error('в архиве нет нужного файла')
  return file
}
