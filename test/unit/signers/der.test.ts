import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  childAt,
  DerError,
  readDer,
  readOctets,
  readOid,
  readTime,
} from '../../../adapters/signers/der-reader.ts'
import { der } from '../../../adapters/signers/der-writer.ts'

describe('DER', () => {
  it.each([
    '1.2.840.113549.1.7.2',
    '2.16.840.1.101.3.4.2.1',
    '1.2.643.100.3',
    '2.5.4.3',
    '2.999.1',
  ])('reads the OID %s it wrote', (oid) => {
    expect(readOid(readDer(der.oid(oid)))).toBe(oid)
  })

  it.each([
    ['1999-12-31T23:59:59.000Z', 0x17],
    ['2026-11-18T09:00:00.000Z', 0x17],
    ['2049-12-31T23:59:59.000Z', 0x17],
    ['2050-01-01T00:00:00.000Z', 0x18],
    ['2126-06-01T12:30:00.000Z', 0x18],
  ])('writes %s with tag %i and reads it back', (iso, tag) => {
    const element = readDer(der.time(new Date(iso)))
    expect(element.tag).toBe(tag)
    expect(readTime(element).toISOString()).toBe(iso)
  })

  it('sorts the members of a set by their encoding', () => {
    const members = [
      der.octets(Buffer.from('b')),
      der.smallInteger(1),
      der.octets(Buffer.from('a')),
    ]
    expect(der.setOf(...members)).toEqual(der.setOf(...members.toReversed()))
  })

  it('writes lengths of one to four octets', () => {
    for (const length of [0, 127, 128, 255, 256, 65_535, 65_536]) {
      expect(readDer(der.octets(Buffer.alloc(length))).content.length).toBe(length)
    }
  })

  it('reads indefinite lengths and octets in pieces, as BER signers write them', () => {
    const pieces = [der.octets(Buffer.from('при')), der.octets(Buffer.from('вет'))]
    const octets = Buffer.concat([Buffer.from([0x24, 0x80]), ...pieces, Buffer.from([0, 0])])
    const whole = Buffer.concat([Buffer.from([0x30, 0x80]), octets, Buffer.from([0, 0])])
    expect(readOctets(childAt(readDer(whole), 0)).toString()).toBe('привет')
  })

  it('answers any bytes with an element or a DerError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          readDer(Buffer.from(bytes))
        } catch (error) {
          expect(error).toBeInstanceOf(DerError)
        }
      }),
    )
  })

  it('refuses a nesting made to exhaust the stack', () => {
    expect(() => readDer(Buffer.alloc(100_000, Buffer.from([0x30, 0x80])))).toThrow(DerError)
  })
})
