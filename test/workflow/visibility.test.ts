import { describe, expect, it } from 'vitest'
import type { AssembleOutcome, FindOutcome, SendOutcome } from '../../domain/submission/outcomes.ts'
import { SearchAttributeName } from '../../workflows/names.ts'
import { DAY } from '../support/sample-policy.ts'
import { failing, inTurn } from '../support/scripted-steps.ts'
import { worlds } from '../support/worlds.ts'

const newWorld = worlds()
const { phase: PHASE, needsAttention: NEEDS_ATTENTION } = SearchAttributeName
const READY: AssembleOutcome = {
  kind: 'assembled',
  templateConfirmed: true,
  certificateSerial: 'A1',
}

describe('an operator sees', () => {
  it('what a run waits for and until when, not when it looks up next', async () => {
    const world = newWorld({ sendDocument: inTurn<SendOutcome>({ kind: 'taken' }) })
    await world.run({
      until: async (run) => {
        const progress = await run.reaches('awaiting-acknowledgement')
        expect(progress).toMatchObject({ version: 1, waitingFor: 'ответ реестра' })
        const left = Date.parse(progress.waitingUntil ?? '') - (await run.now())
        expect(Math.round(left / DAY)).toBe(15)
        expect(await run.details()).toBe(
          `**Этап:** awaiting-acknowledgement (версия 1)\n\n**Ожидается:** ответ реестра\n\n**До:** ${progress.waitingUntil}`,
        )
      },
    })
  })

  it('why a run is held, in words, and nothing of it afterwards', async () => {
    const world = newWorld({
      assembleDocument: inTurn<AssembleOutcome>(
        { kind: 'issues', codes: ['code-unmapped'] },
        READY,
      ),
      sendDocument: inTurn<SendOutcome>({ kind: 'taken' }),
    })
    await world.run({
      until: async (run) => {
        await run.reaches('needs-correction')
        expect(await run.details()).toContain(
          '**Причина:** Результат не прошёл проверку перед отправкой',
        )
        await run.press('retry')
        const progress = await run.reaches('awaiting-acknowledgement')
        expect(progress.reason).toBeUndefined()
        expect(await run.details()).not.toContain('Причина')
      },
    })
    expect(await world.published(PHASE)).toEqual(['needs-correction', 'awaiting-acknowledgement'])
    expect(await world.published(NEEDS_ATTENTION)).toEqual([true, false])
  })

  it('that an answer is awaited once the registry has been silent until the first poll, not before', async () => {
    const world = newWorld({
      sendDocument: inTurn<SendOutcome>({ kind: 'taken' }),
      findInRegistry: inTurn<FindOutcome>({ kind: 'answered', acknowledgementId: 'polled' }),
    })
    await world.run()
    expect(await world.published(PHASE)).toEqual([])
    const silent = newWorld({
      sendDocument: inTurn<SendOutcome>({ kind: 'taken' }),
      findInRegistry: inTurn<FindOutcome>(
        { kind: 'taken' },
        { kind: 'answered', acknowledgementId: 'polled' },
      ),
    })
    await silent.run()
    expect(await silent.published(PHASE)).toEqual(['awaiting-acknowledgement'])
  })

  it('the code itself where there are no words for it', async () => {
    const world = newWorld({
      assembleDocument: inTurn<AssembleOutcome>(failing('never-heard-of', 'permanent')),
    })
    await world.run({
      until: async (run) => {
        await run.reaches('needs-attention')
        expect(await run.details()).toContain('**Причина:** never-heard-of (`never-heard-of`)')
      },
    })
    expect(await world.published(NEEDS_ATTENTION)).toEqual([true])
  })

  it('no upsert at all of a run that never waited', async () => {
    const world = newWorld({
      sendDocument: inTurn<SendOutcome>({ kind: 'answered', acknowledgementId: 'at-once' }),
    })
    await world.run()
    expect(await world.published(PHASE)).toEqual([])
    expect(await world.published(NEEDS_ATTENTION)).toEqual([])
  })

  it('a cancelled run as ended, needing nobody', async () => {
    const world = newWorld({
      assembleDocument: inTurn<AssembleOutcome>(failing('glyph-missing', 'permanent')),
      raiseAttention: async (_, run) => {
        await run.press('abandon')
      },
      checkConsent: inTurn({ kind: 'active' as const, consentId: null }),
    })
    await world.run()
    expect((await world.published(PHASE)).at(-1)).toBe('cancelled')
    expect((await world.published(NEEDS_ATTENTION)).at(-1) ?? false).toBe(false)
  })

  it('a kept record with its date and the phase it is in', async () => {
    const world = newWorld({
      assembleDocument: inTurn<AssembleOutcome>(failing('glyph-missing', 'permanent'), READY),
    })
    await world.run({
      meanwhile: async (run) => {
        await run.reaches('needs-attention')
        await run.press('retry')
        await run.sees(() => run.count('sealRecord') === 1)
        await run.reaches('retained')
        const { searchAttributes } = await run.handle().describe()
        expect(searchAttributes[PHASE]).toEqual(['retained'])
        expect(searchAttributes[NEEDS_ATTENTION]).toEqual([false])
        const [until] = searchAttributes[SearchAttributeName.retainUntil] ?? []
        const left = (until as Date).getTime() - (await run.now())
        expect(Math.round(left / DAY)).toBe(1827)
      },
    })
    const { searchAttributes } = await world.handle().describe()
    expect(searchAttributes[PHASE]).toEqual(['destroyed'])
  })
})
