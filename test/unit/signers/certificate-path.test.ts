import { describe, expect, it } from 'vitest'
import {
  type CertificateFields,
  readCertificateFields,
} from '../../../adapters/signers/certificate-fields.ts'
import { findPath } from '../../../adapters/signers/certificate-path.ts'
import { useDemoPki } from './use-demo-pki.ts'

const demo = useDemoPki()

function path(authorityChange: Partial<CertificateFields>, at = new Date()) {
  const leaf = readCertificateFields(demo.identity('doctor').certificate)
  const trusted = demo
    .authorities()
    .map((bytes) => ({ ...readCertificateFields(bytes), ...authorityChange }))
  return findPath({ leaf, intermediates: [leaf], trusted, at })
}

describe('certificate path', () => {
  it('ends at a trusted authority', () => {
    expect(path({})?.map((authority) => authority.der)).toEqual(demo.authorities())
  })

  it('does not pass through what is no authority, whatever it signed', () => {
    expect(path({ isCa: false })).toBeUndefined()
  })

  it('asks every authority to be in force at the time of signing', () => {
    expect(path({}, new Date('2080-01-01'))).toBeUndefined()
    expect(path({}, new Date('2000-01-01'))).toBeUndefined()
  })

  it('is not trusted because it came with the signature', () => {
    const leaf = readCertificateFields(demo.identity('doctor').certificate)
    const intermediates = demo.authorities().map(readCertificateFields)
    expect(findPath({ leaf, intermediates, trusted: [], at: new Date() })).toBeUndefined()
  })

  it('looks at each pair once, however certificates issue each other', () => {
    const leaf = readCertificateFields(demo.identity('doctor').certificate)
    const [authority] = demo.authorities().map(readCertificateFields)
    if (!authority) throw new Error('no authority')
    let looks = 0
    const crossing = Array.from({ length: 10 }, () => ({
      ...authority,
      get isCa() {
        looks += 1
        return true
      },
    }))
    expect(findPath({ leaf, intermediates: crossing, trusted: [], at: new Date() })).toBeUndefined()
    expect(looks).toBeLessThanOrEqual(11 * 10)
  })
})
