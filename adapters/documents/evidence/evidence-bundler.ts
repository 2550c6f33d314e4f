import { createHash } from 'node:crypto'
import { type Zippable, zipSync } from 'fflate'
import type { EvidenceBundler, EvidenceInput } from '../port.ts'
import { evidenceReadme } from './evidence-readme.ts'
import { safeFileName } from './safe-file-name.ts'

interface Entry {
  readonly name: string
  readonly bytes: Buffer
  readonly mediaType: string
}

const OWN_NAMES = ['timeline.json', 'manifest.json', 'sha256sums.txt', 'readme.txt']

/**
 * evidence.zip for promise P8. Deterministic. `facts.signedAt` (ISO 8601), where given, is the moment the README has
 * certificates checked at; otherwise `createdAt`.
 */
export function createEvidenceBundler(): EvidenceBundler {
  return {
    bundle: async (input) => {
      const files = nameFiles(input.files)
      const entries = [...files, timelineEntry(input), readmeEntry(input, files)]
      entries.push(manifestEntry(input, entries))
      entries.push(textEntry('sha256sums.txt', 'text/plain', sumsText(entries)))
      return pack(entries, new Date(input.createdAt))
    },
  }
}

function nameFiles(files: EvidenceInput['files']): Entry[] {
  const taken = new Set(OWN_NAMES)
  return files.map((file) => ({ ...file, name: safeFileName(file.name, taken) }))
}

function timelineEntry({ timeline }: EvidenceInput): Entry {
  return textEntry('timeline.json', 'application/json', `${JSON.stringify(timeline, null, 2)}\n`)
}

function readmeEntry(input: EvidenceInput, files: readonly Entry[]): Entry {
  const claimed = new Date(String(input.facts.signedAt ?? input.createdAt))
  const signedAt = Number.isNaN(claimed.getTime()) ? new Date(input.createdAt) : claimed
  const names = files.map(({ name }) => name)
  return textEntry('README.txt', 'text/plain', evidenceReadme({ input, names, signedAt }))
}

function manifestEntry(input: EvidenceInput, entries: readonly Entry[]): Entry {
  const manifest = {
    format: 'gonets-evidence/1',
    submissionId: input.submissionId,
    documentId: input.documentId,
    createdAt: input.createdAt,
    facts: input.facts,
    files: entries.map(({ name, bytes, mediaType }) => ({
      name,
      mediaType,
      size: bytes.length,
      sha256: sha256(bytes),
    })),
  }
  return textEntry('manifest.json', 'application/json', `${JSON.stringify(manifest, null, 2)}\n`)
}

function sumsText(entries: readonly Entry[]): string {
  return entries.map(({ name, bytes }) => `${sha256(bytes)}  ${name}\n`).join('')
}

function textEntry(name: string, mediaType: string, text: string): Entry {
  return { name, mediaType, bytes: Buffer.from(text, 'utf8') }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

const COMPRESSED = /\.(pdf|zip|png|jpe?g|p7s|sig)$/i
const UNIX = 3
const OWNER_READ_WRITE = 0o600 << 16

function pack(entries: readonly Entry[], createdAt: Date): Buffer {
  const mtime = asLocalTime(createdAt)
  const contents: Zippable = {}
  for (const { name, bytes } of entries) {
    contents[name] = [
      bytes,
      { level: COMPRESSED.test(name) ? 0 : 6, mtime, os: UNIX, attrs: OWNER_READ_WRITE },
    ]
  }
  return Buffer.from(zipSync(contents))
}

/** A zip knows no time zone and fflate writes local fields: UTC fields moved there give the same bytes everywhere. */
function asLocalTime(at: Date): Date {
  return new Date(
    at.getUTCFullYear(),
    at.getUTCMonth(),
    at.getUTCDate(),
    at.getUTCHours(),
    at.getUTCMinutes(),
    at.getUTCSeconds(),
  )
}
