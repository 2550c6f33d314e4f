import { describe, expect, it } from 'vitest'
import { accept, label, message, ORU, refusals } from './oru.ts'

describe('times', () => {
  const performedAt = (time: string) =>
    accept(message({ OBR: ORU.OBR.replace('20260302101000+0500', time) })).report.performedAt

  it.each([
    ['20260302101530+0300', '2026-03-02T10:15:30+03:00'],
    ['20260302101530', '2026-03-02T10:15:30+05:00'],
    ['202603021015', '2026-03-02T10:15:00+05:00'],
    ['20260302101530.25+0000', '2026-03-02T10:15:30.250Z'],
    ['20260302101530-0930', '2026-03-02T10:15:30-09:30'],
    ['20260302', '2026-03-02T00:00:00+05:00'],
  ])('%s', (sent, expected) => {
    expect(performedAt(sent)).toBe(expected)
  })

  it('falls back to OBR-7, then to the observations, and is required', () => {
    expect(performedAt('')).toBe('2026-03-02T08:00:00+05:00')
    const obr = 'OBR|1|N-1|R-1|A^а^L|||||||||||||||||||||F'
    const obx = `${ORU.OBX}|||20260302093000`
    expect(accept(message({ OBR: obr, OBX: obx })).report.performedAt).toBe(
      '2026-03-02T09:30:00+05:00',
    )
    expect(refusals(message({ OBR: obr }))).toEqual(['time-missing OBR[1]-22'])
  })

  it.each(['2026', '202613', '20261302101500', 'вчера', '20260302101530+9900'])(
    '"%s" is no time',
    (sent) => {
      const { warnings } = accept(message({ OBR: ORU.OBR.replace('20260302101000+0500', sent) }))
      expect(label(warnings)).toEqual(['time-unreadable OBR[1]-22'])
    },
  )
})

describe('status', () => {
  const status = (obx: string, obr = 'F') => {
    const { report } = accept(
      message({ OBR: ORU.OBR.replace(/F$/, obr), OBX: ORU.OBX.replace(/F$/, obx) }),
    )
    return [report.status, report.observations[0]?.status]
  }

  it.each([
    ['F', 'F', 'final', 'final'],
    ['F', '', 'final', 'final'],
    ['', 'F', 'final', 'final'],
    ['U', 'F', 'final', 'final'],
    ['C', 'F', 'corrected', 'corrected'],
    ['F', 'C', 'corrected', 'final'],
    ['', 'C', 'corrected', 'corrected'],
    ['P', 'F', 'preliminary', 'preliminary'],
    ['R', 'F', 'preliminary', 'preliminary'],
    ['F', 'P', 'preliminary', 'final'],
    ['F', 'A', 'preliminary', 'final'],
    ['', 'A', 'preliminary', 'preliminary'],
    ['X', 'F', 'final', 'cancelled'],
    ['X', 'X', 'cancelled', 'cancelled'],
    ['F', 'X', 'cancelled', 'cancelled'],
    ['P', 'X', 'cancelled', 'cancelled'],
    ['W', 'C', 'cancelled', 'cancelled'],
    ['D', 'F', 'cancelled', 'cancelled'],
  ])('OBX-11 "%s" with OBR-25 "%s"', (obx, obr, report, observation) => {
    expect(status(obx, obr)).toEqual([report, observation])
  })

  it('takes a result back when nothing is left and one test was revoked', () => {
    const other = (letter: string) => ORU.OBX.replace('1017128', '1017375').replace(/F$/, letter)
    const revoked = { OBX: ORU.OBX.replace(/F$/, 'W') }
    expect(accept(message(revoked, other('X'))).report.status).toBe('cancelled')
    expect(accept(message(revoked, other('F'))).report.status).toBe('corrected')
  })

  it('drops everything a revoked observation said', () => {
    const obx = ORU.OBX.replace(/F$/, 'W')
    const [observation] = accept(message({ OBX: obx }, 'NTE|1|L|чужое')).report.observations
    expect(observation).toMatchObject({ status: 'cancelled', notes: [] })
    expect(observation).not.toHaveProperty('value')
    expect(observation).not.toHaveProperty('referenceRange')
  })

  it('refuses unknown and missing letters', () => {
    expect(refusals(message({ OBX: ORU.OBX.replace(/F$/, 'Q') }))).toEqual([
      'status-unknown OBX[1]-11',
    ])
    expect(refusals(message({ OBR: ORU.OBR.replace(/F$/, 'Q') }))).toEqual([
      'status-unknown OBR[1]-25',
    ])
    const none = message({ OBR: ORU.OBR.replace(/F$/, ''), OBX: ORU.OBX.replace(/F$/, '') })
    expect(refusals(none)).toEqual(['status-missing OBX[1]-11'])
  })

  it('does not take a torn segment for a final one', () => {
    expect(refusals(message().slice(0, -20))).toEqual(['status-missing OBX[1]-11'])
  })
})
