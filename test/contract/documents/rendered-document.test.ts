import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDocumentRenderer } from '../../../adapters/documents/document-renderer.ts'
import { createEvidenceBundler } from '../../../adapters/documents/evidence/evidence-bundler.ts'
import type { RenderedDocument } from '../../../adapters/documents/port.ts'
import { createForgeCmsSigner } from '../../../adapters/signers/forge-cms-signer.ts'
import { documentInput, MEDIUM_REPORT } from '../../unit/documents/document-fixtures.ts'
import { useDemoPki } from '../../unit/signers/use-demo-pki.ts'
import { hasProgram, run } from '../signers/has-program.ts'

const demo = useDemoPki()
const openssl = hasProgram('openssl', 'version')
const qpdf = hasProgram('qpdf', '--version')
const poppler = hasProgram('pdffonts', '-v')
const directory = mkdtempSync(join(tmpdir(), 'gonets-document-'))
const pdfFile = join(directory, 'rendered.pdf')
let rendered: RenderedDocument

beforeAll(async () => {
  rendered = await createDocumentRenderer().render(documentInput(MEDIUM_REPORT))
  writeFileSync(pdfFile, rendered.pdf)
})
afterAll(() => rmSync(directory, { recursive: true }))

describe('a rendered PDF', () => {
  it.runIf(qpdf)('is sound for qpdf', () => {
    expect(run('qpdf', ['--check', pdfFile]).code).toBe(0)
  })

  it.runIf(poppler)('has every font embedded, subset and mapped to Unicode', () => {
    const [, , ...fonts] = run('pdffonts', [pdfFile]).output.trim().split('\n')
    expect(fonts).toHaveLength(2)
    for (const font of fonts) expect(font).toMatch(/ yes yes yes /)
  })

  it.runIf(poppler)('hands out the attached XML byte for byte', () => {
    const saved = join(directory, 'attached.xml')
    expect(run('pdfdetach', ['-save', '1', '-o', saved, pdfFile]).code).toBe(0)
    expect(readFileSync(saved).equals(rendered.xml)).toBe(true)
  })

  it.runIf(poppler)('says what the report says, on pages that name patient and number', () => {
    const { output } = run('pdftotext', ['-layout', pdfFile, '-'])
    for (const text of [
      ...[
        'Тестова Анна Сергеевна',
        '112-233-445 95',
        'ИНН 9990000001',
        'Гематология',
        '↑↑',
        '10¹²/л',
      ],
      ...['≤ 0,04', '1:40', 'Не обнаружено', 'исправленный результат', 'отменено', 'стр. 2 из 2'],
      ...['Документ подписан электронной подписью', 'с 10.01.2026 по 10.01.2027'],
    ]) {
      expect(output).toContain(text)
    }
    expect(output.split('\f')[1]).toContain('Тестова Анна Сергеевна · дата рождения 12.03.1984')
  })
})

describe.runIf(openssl)('an evidence bundle', () => {
  it('is verified by the very command its README gives, and refused once the document changed', async () => {
    const signer = createForgeCmsSigner({ ...demo.identity('organization'), now: () => new Date() })
    const signedAt = new Date()
    const signature = await signer.signDetached({ bytes: rendered.xml, signedAt })
    const ca = readFileSync(demo.paths().caFile)
    const zip = await createEvidenceBundler().bundle({
      submissionId: 's-1',
      documentId: 'd-1',
      createdAt: new Date(signedAt.getTime() + 86_400_000 * 400).toISOString(),
      files: [
        { name: 'document.xml', bytes: rendered.xml, mediaType: 'application/xml' },
        { name: 'signature.p7s', bytes: signature, mediaType: 'application/pkcs7-signature' },
        { name: 'ca.pem', bytes: ca, mediaType: 'application/x-pem-file' },
      ],
      timeline: [],
      facts: { signedAt: signedAt.toISOString() },
    })
    for (const [name, bytes] of Object.entries(unzipSync(zip))) {
      writeFileSync(join(directory, name), bytes)
    }
    const readme = readFileSync(join(directory, 'README.txt'), 'utf8')
    const [command = ''] = /openssl cms .*/.exec(readme) ?? []
    const verify = () => run('openssl', command.split(' ').slice(1), directory)
    expect(verify().output).toContain('CAdES Verification successful')
    writeFileSync(join(directory, 'document.xml'), `${rendered.xml} `)
    expect(verify().code).not.toBe(0)
  })
})
