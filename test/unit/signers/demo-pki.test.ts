import { X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import {
  readCertificateFields,
  toCertificateInfo,
} from '../../../adapters/signers/certificate-fields.ts'
import { orderChain } from '../../../adapters/signers/order-chain.ts'
import { pemCertificates } from '../../../adapters/signers/pem-certificates.ts'
import { makeDemoPki } from '../../../tools/pki/make-demo-pki.ts'
import { useDemoPki } from './use-demo-pki.ts'

const demo = useDemoPki()

describe('demonstration certificates', () => {
  it('keeps keys and password for the owner alone', async () => {
    const { organization, doctor, passwordFile } = demo.paths()
    for (const file of [organization.p12File, doctor.p12File, passwordFile]) {
      expect((await stat(file)).mode & 0o777).toBe(0o600)
    }
  })

  it('is made once, and again when the certificate has less than 30 days left', async () => {
    const { directory, organization } = demo.paths()
    const read = () => readFile(organization.certificateFile, 'utf8')
    const first = await read()
    await makeDemoPki(directory)
    expect(await read()).toBe(first)
    const later = new Date(Date.now() + 340 * 86_400_000)
    await makeDemoPki(directory, { now: later })
    expect(await read()).not.toBe(first)
  })

  it('names the organisation with its Russian identifiers, Cyrillic kept', () => {
    const { certificate, chain } = demo.identity('organization')
    const info = toCertificateInfo(readCertificateFields(certificate), chain)
    expect(info.owner).toBe('ООО «Демонстрационная лаборатория»')
    expect(info.subject).toContain('INNLE=9990000001')
    expect(info.subject).toContain('OGRN=1099900000001')
    expect(info.subject).toContain('SNILS=11223344595')
    expect(info.subject).toContain('street=ул. Примерная\\, д. 1')
    expect(info.issuer).toContain('CN=Демонстрационный удостоверяющий центр')
    expect(info.serial).toBe(new X509Certificate(certificate).serialNumber)
  })

  it('gives the doctor a personal certificate with СНИЛС', () => {
    const { certificate, chain } = demo.identity('doctor')
    const info = toCertificateInfo(readCertificateFields(certificate), chain)
    expect(info.owner).toBe('Образцова Мария Ивановна')
    expect(info.subject).toContain('SNILS=19702774500')
  })

  it('puts chains in order and leaves strangers out', () => {
    const { certificate, chain } = demo.identity('organization')
    const stranger = demo.identity('foreign').certificate
    expect(orderChain(certificate, [stranger, certificate, ...chain])).toEqual(chain)
  })

  it('reads every certificate of a bundle with text around it', async () => {
    const { caFile, foreignCaFile } = demo.paths()
    const bundle = `# УЦ\n${await readFile(caFile, 'utf8')}\r\n${await readFile(foreignCaFile, 'utf8')}`
    const subjects = pemCertificates(bundle).map((bytes) => new X509Certificate(bytes).ca)
    expect(subjects).toEqual([true, true])
    expect(pemCertificates('нет сертификатов')).toEqual([])
  })
})
