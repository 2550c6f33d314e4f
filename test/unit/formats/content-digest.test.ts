import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { contentDigest, createFormats } from '../../../adapters/formats/index.ts'
import { accept, acceptAll, CBC, message, OPTIONS, ORU, order } from './oru.ts'

const SAMPLES = new URL('../../../samples/', import.meta.url)
const digestOf = (text: string | Buffer) => contentDigest(accept(text).report)
const sample = (file: string) => readFileSync(new URL(file, SAMPLES))

/** The sample in JSON with other facts about itself. */
function json(change: { source?: object; issuedAt?: string; messageId?: string } = {}): string {
  const content = JSON.parse(sample('cbc.json').toString('utf8'))
  const bytes = Buffer.from(
    JSON.stringify({ ...content, ...change, source: { ...content.source, ...change.source } }),
  )
  const contentType = 'application/json'
  const parsed = createFormats()
    .findParser(contentType)
    ?.parse({
      ...{ bytes, contentType },
      options: OPTIONS,
    })
  if (!parsed?.ok) throw new Error('was refused')
  return parsed.value.results.map(({ report }) => contentDigest(report)).join()
}

const CBC_DIGEST = 'bea4fbf64d1600e334f5aaa6b67fd5519837644f1b5b1a7621ce26b9c5c73e2a'
const withLetters = (obr: string, obx: string) =>
  message({ OBR: ORU.OBR.replace(/F$/, obr), OBX: ORU.OBX.replace(/F$/, obx) })

describe('what an earlier release accepted is known when it is sent again', () => {
  // Computed when a version was made up, a local number had no authority and all groups were one report.
  it.each([
    ['a message', message(), '2a58a1f290e811b09603be03ddc4100849abc3fb3a101f8cac14927a030c764d'],
    ['cbc', sample('cbc.hl7'), CBC_DIGEST],
    [
      ...(['biochemistry', sample('biochemistry.hl7')] as const),
      'e2c8128c32ce82934d521d444a6d4697780adbfb0825611d0b7ed95a20265d83',
    ],
    [
      ...(['PCR', sample('sars-cov-2-pcr.hl7')] as const),
      '364b68bbd62f3b14410edd2543649ba869bda4e10be8a573e6b93b4fabf76a20',
    ],
    [
      ...(['a correction', withLetters('C', 'C')] as const),
      '405d2835fbe116231cec4df6dd3c37851d4c65eaaa8d0d6212ca997f6ac842e3',
    ],
    [
      ...(['a preliminary result', withLetters('P', 'P')] as const),
      '8b9a38785ec14a2bdd145b1da62618d8b56dc2cde701a402c309b825daa237d0',
    ],
    [
      ...(['a test that could not be obtained', withLetters('F', 'X')] as const),
      '57abf97b0f73fd67b88805ac869c7f2fc6c449a821675fb4225107e30913e958',
    ],
    [
      'a result numbered by its message',
      message({ OBR: ORU.OBR.replace('|N-1|R-1|', '|||') }),
      '8939ec5dbccab33632ecfeaf5fa0fed0a05d5f52ec86060d1e043e02b41f0cdb',
    ],
    [
      'a patient whose number has no authority',
      message({ PID: ORU.PID.replace('P-1^^^LIS^MR', 'P 1-2') }),
      'd98d78c7368c376ee91fba01740d73db3334a4cc449154bfe354fca5d8ee3b14',
    ],
    [
      'two groups of one analysis and number',
      message({}, ORU.OBR.replace('OBR|1', 'OBR|2'), 'OBX|2|NM|2^Эритроциты^L||4.5|10*12/L|||||F'),
      '75dc68daa19de6b7e85fd2fb14857829714ee5178942fbefccaa8ddb93d2dd30',
    ],
    [
      'notes in every place',
      message(
        {
          PID: `${ORU.PID}\rNTE|1|L|о пациенте\rORC|RE\rNTE|1|L|о заказе`,
          OBR: `${ORU.OBR}\rNTE|1|L|о результате`,
          OBX: `${ORU.OBX}\rNTE|1|L|о показателе`,
        },
        'SPM|1|^S-1||108^Кровь^L|||||||||||||20260302075500|20260302090000',
        'NTE|1|L|об образце',
      ),
      'aae65e6f694cea7f029f2926b8645fa813da5f56b3b814ff5662510bd8bb2ae7',
    ],
    [
      'two specimens',
      message({}, 'SPM|1|^S-1||108^Кровь^L', 'SPM|2|^S-2||109^Моча^L'),
      '29d70cb6d0638eb7a969a3eb48f9d45b272e26e0274aae7dd04d432276bd489f',
    ],
  ])('in HL7 v2: %s', (_name, text, digest) => {
    expect(digestOf(text)).toBe(digest)
  })

  it('in JSON, with the version 1 it stated or was given', () => {
    expect(json()).toBe(CBC_DIGEST)
    expect(json({ source: { version: 1 } })).toBe(CBC_DIGEST)
    expect(json({ source: { version: 2 } })).not.toBe(CBC_DIGEST)
  })
})

describe('what a message states about itself is no content', () => {
  it('in HL7 v2', () => {
    const again = message({ MSH: ORU.MSH.replace('20260302', '20260303').replace('M-1', 'M-2') })
    expect(digestOf(again)).toBe(digestOf(message()))
    expect(accept(again).word).not.toEqual(accept(message()).word)
  })

  it('in JSON', () => {
    expect(json({ issuedAt: '2026-03-02T10:15:00+03:00', messageId: 'M-7' })).toBe(CBC_DIGEST)
  })

  it('nor does another analysis in the message change it', () => {
    const second = [order(), 'OBX|1|ST|1^а^L||б||||||F']
    const [first, ...others] = acceptAll(message({}, ...second)).results
    expect(others).toHaveLength(1)
    expect(first && contentDigest(first.report)).toBe(digestOf(message()))
    expect(CBC).toContain(first?.report.analysis.code)
  })
})
