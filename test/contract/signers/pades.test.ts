import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PDFDocument, PDFName } from '@cantoo/pdf-lib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDocumentRenderer } from '../../../adapters/documents/document-renderer.ts'
import { createForgeCmsSigner } from '../../../adapters/signers/forge-cms-signer.ts'
import { OID } from '../../../adapters/signers/oids.ts'
import { readSignedData } from '../../../adapters/signers/signed-data.ts'
import { documentInput, MEDIUM_REPORT } from '../../unit/documents/document-fixtures.ts'
import { useDemoPki } from '../../unit/signers/use-demo-pki.ts'
import { hasProgram, run } from './has-program.ts'

const demo = useDemoPki()
const openssl = hasProgram('openssl', 'version')
const qpdf = hasProgram('qpdf', '--version')
const pdfsig = hasProgram('pdfsig', '-v')
const directory = mkdtempSync(join(tmpdir(), 'gonets-pades-'))
afterAll(() => rmSync(directory, { recursive: true }))
const file = (name: string) => join(directory, name)

let unsigned: Buffer
let signed: Buffer
const signedAt = new Date()
const words = { reason: 'Результат исследования', location: 'Москва' }

beforeAll(async () => {
  unsigned = (await createDocumentRenderer().render(documentInput(MEDIUM_REPORT))).pdf
  const signer = createForgeCmsSigner({ ...demo.identity('organization'), now: () => new Date() })
  signed = await signer.signPdf({ pdf: unsigned, signedAt, ...words })
})

function byteRange(): [number, number, number, number] {
  const [, ...numbers] =
    /\/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]/.exec(signed.toString('latin1')) ?? []
  const [a = -1, b = -1, c = -1, d = -1] = numbers.map(Number)
  return [a, b, c, d]
}

function coveredBytes(): Buffer {
  const [a, b, c, d] = byteRange()
  return Buffer.concat([signed.subarray(a, a + b), signed.subarray(c, c + d)])
}

/** The hexadecimal string between the two ranges, without the zeros that fill the reserved room. */
function signatureBytes(): Buffer {
  const [, b, c] = byteRange()
  const padded = Buffer.from(signed.subarray(b + 1, c - 1).toString('latin1'), 'hex')
  return padded.subarray(0, 4 + padded.readUInt16BE(2))
}

describe('PAdES signature of forgeCmsSigner', () => {
  it('leaves the unsigned bytes in front and covers the whole file', () => {
    expect(signed.subarray(0, unsigned.length).equals(unsigned)).toBe(true)
    const [start, , third, length] = byteRange()
    expect(start).toBe(0)
    expect(third + length).toBe(signed.length)
  })

  it('keeps /ID, metadata and tags, and says that the file may only be appended to', async () => {
    const before = await PDFDocument.load(unsigned, { updateMetadata: false })
    const after = await PDFDocument.load(signed, { updateMetadata: false })
    expect(String(after.context.trailerInfo.ID)).toBe(String(before.context.trailerInfo.ID))
    for (const key of ['Metadata', 'StructTreeRoot', 'OutputIntents', 'AF'].map((k) =>
      PDFName.of(k),
    )) {
      expect(String(after.catalog.get(key))).toBe(String(before.catalog.get(key)))
    }
    expect(String(after.catalog.lookup(PDFName.of('AcroForm')))).toContain('/SigFlags 3')
  })

  it('states no signing time in the CMS: PAdES keeps it in the PDF', () => {
    const [signer] = readSignedData(signatureBytes()).signers
    expect(signer?.attributes.has(OID.signingTime)).toBe(false)
    expect(signer?.attributes.has(OID.signingCertificateV2)).toBe(true)
  })

  it.runIf(openssl)('verifies in OpenSSL over the byte range, and not over other bytes', () => {
    const verify = (content: Buffer) => {
      writeFileSync(file('range.bin'), content)
      writeFileSync(file('range.p7s'), signatureBytes())
      const files = ['-in', file('range.p7s'), '-content', file('range.bin'), '-out', file('out')]
      const ca = ['-CAfile', demo.paths().caFile, '-purpose', 'any']
      return run('openssl', [
        'cms',
        '-verify',
        '-cades',
        '-binary',
        '-inform',
        'DER',
        ...files,
        ...ca,
      ])
    }
    expect(verify(coveredBytes()).output).toContain('CAdES Verification successful')
    expect(verify(unsigned).code).not.toBe(0)
  })

  it.runIf(qpdf)('is a sound PDF for qpdf', () => {
    writeFileSync(file('signed.pdf'), signed)
    expect(run('qpdf', ['--check', file('signed.pdf')]).code).toBe(0)
  })

  it.runIf(pdfsig)('is valid for poppler, which reads owner and reason', () => {
    writeFileSync(file('signed.pdf'), signed)
    const { output } = run('pdfsig', [file('signed.pdf')])
    expect(output).toContain('Signature is Valid.')
    expect(output).toContain('Total document signed')
    expect(output).toContain('ETSI.CAdES.detached')
  })
})
