import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { contentDigest } from '../../../adapters/formats/content-digest.ts'
import { accept, message, OPTIONS } from './oru.ts'

const MOSCOW = { ...OPTIONS, timeZone: 'Europe/Moscow' }
const digestOf = (text: string | Buffer) => contentDigest(accept(text, MOSCOW).report)
const sample = (name: string) =>
  readFileSync(new URL(`../../../samples/${name}.hl7`, import.meta.url))

/** As computed when a version was made up and local numbers had no authority: databases hold these. */
test.each([
  ['a message', message(), '2a58a1f290e811b09603be03ddc4100849abc3fb3a101f8cac14927a030c764d'],
  ['cbc', sample('cbc'), 'bea4fbf64d1600e334f5aaa6b67fd5519837644f1b5b1a7621ce26b9c5c73e2a'],
  [
    'biochemistry',
    sample('biochemistry'),
    'e2c8128c32ce82934d521d444a6d4697780adbfb0825611d0b7ed95a20265d83',
  ],
  [
    'pcr',
    sample('sars-cov-2-pcr'),
    '364b68bbd62f3b14410edd2543649ba869bda4e10be8a573e6b93b4fabf76a20',
  ],
])('%s that was accepted before is known again', (_name, text, digest) => {
  expect(digestOf(text)).toBe(digest)
})

test('what a message states about itself is no content', () => {
  const later = message({})
    .replace('20260302101500+0500', '20260303101500+0500')
    .replace('M-1', 'M-2')
  expect(digestOf(later)).toBe(digestOf(message()))
  const { word } = accept(later)
  expect(word).toEqual({
    messageId: 'M-2',
    sentAt: '2026-03-03T10:15:00+05:00',
    issuedAt: '2026-03-02T10:10:00+05:00',
  })
})
