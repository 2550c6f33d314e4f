import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { strFromU8, unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { createEvidenceBundler } from '../../../adapters/documents/evidence/evidence-bundler.ts'
import { safeFileName } from '../../../adapters/documents/evidence/safe-file-name.ts'
import type { EvidenceInput } from '../../../adapters/documents/port.ts'
import { hasProgram, run } from '../../contract/signers/has-program.ts'

const INPUT: EvidenceInput = {
  submissionId: '0198a7c2-0000-7000-8000-000000000001',
  documentId: '0198a7c2-0000-7000-8000-000000000002',
  createdAt: '2026-11-18T12:00:00+03:00',
  files: [
    { name: 'document.xml', bytes: Buffer.from('<x/>'), mediaType: 'application/xml' },
    {
      name: 'document.xml.p7s',
      bytes: Buffer.from([1, 2]),
      mediaType: 'application/pkcs7-signature',
    },
    { name: 'document.pdf', bytes: Buffer.from('%PDF-1.7'), mediaType: 'application/pdf' },
    { name: 'ca.pem', bytes: Buffer.from('PEM'), mediaType: 'application/x-pem-file' },
    { name: '../квитанция реестра.json', bytes: Buffer.from('{}'), mediaType: 'application/json' },
  ],
  timeline: [{ type: 'accepted', at: '2026-11-18T11:00:00+03:00' }],
  facts: { registryNumber: '77-1', signedAt: '2026-11-18T11:30:00+03:00', attempts: 1 },
}

async function unpack(input = INPUT) {
  return unzipSync(await createEvidenceBundler().bundle(input))
}

describe('evidence bundle', () => {
  it('holds the files, the timeline and a manifest that digests each of them', async () => {
    const files = await unpack()
    expect(Object.keys(files)).toEqual([
      ...['document.xml', 'document.xml.p7s', 'document.pdf', 'ca.pem', 'квитанция_реестра.json'],
      ...['timeline.json', 'README.txt', 'manifest.json', 'sha256sums.txt'],
    ])
    const manifest = JSON.parse(strFromU8(files['manifest.json'] ?? new Uint8Array()))
    expect(manifest).toMatchObject({ submissionId: INPUT.submissionId, facts: INPUT.facts })
    expect(manifest.files[0]).toEqual({
      name: 'document.xml',
      mediaType: 'application/xml',
      size: 4,
      sha256: createHash('sha256').update('<x/>').digest('hex'),
    })
    expect(JSON.parse(strFromU8(files['timeline.json'] ?? new Uint8Array()))).toEqual(
      INPUT.timeline,
    )
  })

  it('tells how to verify offline, at the moment of signing', async () => {
    const readme = strFromU8((await unpack())['README.txt'] ?? new Uint8Array())
    expect(readme).toContain(
      'openssl cms -verify -cades -binary -inform DER -in document.xml.p7s -content document.xml -CAfile ca.pem -purpose any -attime 1794990600 -out /dev/null',
    )
    expect(readme).toContain('sha256sum -c sha256sums.txt')
    expect(readme).toContain('pdfsig document.pdf')
  })

  it('is the same for the same input', async () => {
    const bundler = createEvidenceBundler()
    expect((await bundler.bundle(INPUT)).equals(await bundler.bundle(INPUT))).toBe(true)
  })

  it('satisfies sha256sum, until a file changes', async ({ skip }) => {
    if (!hasProgram('sha256sum', '--version')) skip('sha256sum is not installed')
    const directory = mkdtempSync(join(tmpdir(), 'gonets-evidence-'))
    try {
      for (const [name, bytes] of Object.entries(await unpack()))
        writeFileSync(join(directory, name), bytes)
      const check = () => run('sha256sum', ['-c', 'sha256sums.txt'], directory).code
      expect(check()).toBe(0)
      writeFileSync(join(directory, 'document.xml'), '<y/>')
      expect(check()).toBe(1)
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\тест\\a b.xml', 'a_b.xml'],
    ['.hidden', 'hidden'],
    ['...', 'file'],
    ['', 'file'],
    ['a\u0000;rm -rf.txt', 'a__rm_-rf.txt'],
    ['-rf', 'rf'],
    ['__proto__', 'proto__'],
  ])('makes a safe name of %j', (name, safe) => {
    expect(safeFileName(name, new Set())).toBe(safe)
  })

  it('never lets two files have one name, nor one of its own', async () => {
    const file = { bytes: Buffer.from('x'), mediaType: 'text/plain' }
    const names = ['a.txt', 'A.txt', 'manifest.json'].map((name) => ({
      name,
      ...file,
    }))
    const files = await unpack({ ...INPUT, files: names })
    expect(Object.keys(files).slice(0, 3)).toEqual(['a.txt', 'A-2.txt', 'manifest-2.json'])
  })
})
