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

const signerOf = () =>
  createForgeCmsSigner({ ...demo.identity('organization'), now: () => new Date() })

async function render(room: number): Promise<Buffer> {
  const signature = { ...words, room }
  return (await createDocumentRenderer().render(documentInput(MEDIUM_REPORT, { signature }))).pdf
}

beforeAll(async () => {
  unsigned = await render(await signerOf().pdfSignatureRoom())
  signed = await signerOf().signPdf({ pdf: unsigned, signedAt })
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

function signatureBytes(): Buffer {
  const [, b, c] = byteRange()
  return Buffer.from(signed.subarray(b + 1, c - 1).toString('latin1'), 'hex')
}

/** With what a signature is made of taken out: time, byte range and CMS. */
function withoutSignature(pdf: Buffer): string {
  return pdf
    .toString('latin1')
    .trimEnd()
    .replace(/\/ByteRange \[[^\]]*\] *\n\/Contents <[0-9a-f]*>\n\/M \(D:\d{14}Z\)/, '')
}

describe('PAdES signature of forgeCmsSigner', () => {
  it('fills the empty signature, changes nothing else and covers the whole file', () => {
    expect(withoutSignature(signed)).toBe(withoutSignature(unsigned))
    expect(withoutSignature(signed).length).toBeLessThan(signed.length - 8_000)
    const [start, , third, length] = byteRange()
    expect(start).toBe(0)
    expect(third + length).toBe(signed.length)
  })

  it('takes exactly the room that was left for it', () => {
    const bytes = signatureBytes()
    expect(4 + bytes.readUInt16BE(2)).toBe(bytes.length)
  })

  it('names what is missing when a file has no empty signature, or one that is too small', async () => {
    const expected = { code: 'signature-field-missing', class: 'permanent' }
    const small = await render(100)
    for (const pdf of [Buffer.from('%PDF-1.7'), small, signed])
      await expect(signerOf().signPdf({ pdf, signedAt })).rejects.toMatchObject(expected)
  })

  it('keeps /ID, metadata and tags, and says that the file may only be appended to', async () => {
    const { context, catalog } = await PDFDocument.load(signed, { updateMetadata: false })
    expect(String(context.trailerInfo.ID)).toMatch(/^\[ <[0-9a-fA-F]{32}> <[0-9a-fA-F]{32}> \]$/)
    for (const key of ['Metadata', 'StructTreeRoot', 'OutputIntents', 'AF'])
      expect(catalog.get(PDFName.of(key)), key).toBeDefined()
    const form = String(catalog.lookup(PDFName.of('AcroForm')))
    expect(form).toContain('/SigFlags 3')
    // PDF/A: a viewer must not draw the fields itself.
    expect(form).not.toContain('NeedAppearances')
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
