import { describe, expect, it } from 'vitest'
import {
  accept,
  acceptAll,
  CBC,
  inYekaterinburg,
  label,
  message,
  ORU,
  order,
  PCR,
  refusals,
} from './oru.ts'

describe('notes', () => {
  it('belong to what they follow', () => {
    const obr = `${ORU.OBR}\rNTE|1|L|о результате~вторая строка\rNTE|2|L`
    const { report } = accept(
      message({ OBR: obr }, 'NTE|1|L|о гемоглобине', 'SPM|1|^S-1', 'NTE|1|L|об образце'),
    )
    expect(report.notes).toEqual(['о результате\nвторая строка', 'об образце'])
    expect(report.observations[0]?.notes).toEqual(['о гемоглобине'])
  })

  it('on one analysis stand in no other, those on the patient in all', () => {
    const pid = `${ORU.PID}\rNTE|1|L|о пациенте`
    const { results } = acceptAll(
      message(
        { PID: pid, OBR: `${ORU.OBR}\rNTE|1|L|о крови` },
        ...['ORC|RE', 'NTE|1|L|о заказе', order(), 'NTE|1|L|о мазке', PCR],
      ),
    )
    expect(results.map(({ report }) => report.notes)).toEqual([
      ['о пациенте', 'о крови'],
      ['о пациенте', 'о заказе', 'о мазке'],
    ])
    expect(results[0]?.report.observations[0]?.notes).toEqual([])
  })
})

describe('what a message states about itself', () => {
  const word = (msh: string, obr: string = ORU.OBR) => accept(message({ MSH: msh, OBR: obr })).word

  it('is number and times, those without an offset by the laboratory’s clock', () => {
    const local = ORU.MSH.replace('20260302101500+0500', '20260302101500')
    expect(word(local)).toEqual({
      messageId: 'M-1',
      sentAt: inYekaterinburg('2026-03-02T10:15'),
      issuedAt: inYekaterinburg('2026-03-02T10:10'),
    })
    const moscow = ORU.MSH.replace('20260302101500+0500', '20260302081500.5+0300')
    expect(word(moscow).sentAt).toBe('2026-03-02T08:15:00.500+03:00')
  })

  it.each(['', '20260302', '2026030210', 'вчера'])(
    'is no time that orders nothing: "%s"',
    (sent) => {
      const { word, warnings } = accept(
        message({ MSH: ORU.MSH.replace('20260302101500+0500', sent) }),
      )
      expect(word).not.toHaveProperty('sentAt', expect.anything())
      expect(warnings).toEqual([])
      const obr = ORU.OBR.replace('20260302101000+0500', sent)
      expect(accept(message({ OBR: obr })).word.issuedAt).toBeUndefined()
    },
  )

  it('is the latest of the times at which one result was reported', () => {
    const earlier = order({ analysis: CBC, numbers: 'N-1|R-1', reportedAt: '20260302051100+0000' })
    const { results } = acceptAll(message({}, earlier, PCR))
    expect(results.map(({ word }) => word.issuedAt)).toEqual(['2026-03-02T05:11:00Z'])
  })

  it('is no number beyond all measure', () => {
    const long = ORU.MSH.replace('M-1', 'M'.repeat(201))
    const { word, warnings } = accept(message({ MSH: long }))
    expect(word.messageId).toBeUndefined()
    expect(label(warnings)).toEqual(['message-id-unreadable MSH-10'])
  })
})

describe('a message that holds too much', () => {
  const many = (count: number) =>
    message(
      {},
      ...Array.from({ length: count }, (_, at) =>
        [order({ analysis: `A-${at}^а^L`, numbers: `|R-${at}` }), PCR].join('\r'),
      ),
    )

  it('is refused: too many results, or too large for as many', () => {
    expect(acceptAll(many(99)).results).toHaveLength(100)
    expect(refusals(many(100))).toEqual(['too-many-results MSH'])
    const limits = { maxKeptBytes: 2 * Buffer.byteLength(many(1)) }
    expect(acceptAll(many(1), { limits }).results).toHaveLength(2)
    expect(refusals(many(2), { limits })).toEqual(['too-many-results MSH'])
    expect(acceptAll(message(), { limits: { maxKeptBytes: 1 } }).results).toHaveLength(1)
  })

  it('is read in time that grows with its size alone', () => {
    const start = performance.now()
    expect(refusals(many(495))).toEqual(['too-many-results MSH'])
    // Generous for a busy machine.
    expect(performance.now() - start).toBeLessThan(5_000)
  })
})
