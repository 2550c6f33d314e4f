import { describe, expect, it } from 'vitest'
import type {
  ConsentOutcome,
  FindOutcome,
  RecheckOutcome,
  SendOutcome,
} from '../../domain/submission/outcomes.ts'
import { CONSENT_ID, DAY, HOUR } from '../support/sample-policy.ts'
import { failing, inTurn } from '../support/scripted-steps.ts'
import type { World } from '../support/workflow-world.ts'
import { worlds } from '../support/worlds.ts'

const newWorld = worlds()
const silent = inTurn<SendOutcome>({ kind: 'taken' })

/** The watch on its own; its id names the world, so that its steps are found. */
function watch(world: World, recheckMs = DAY) {
  return world.start('watchConsent', `consent-${world.submissionId}`, {
    consentId: CONSENT_ID,
    recheckMs,
  })
}
const inFlight = (...submissions: string[]): RecheckOutcome => ({
  status: 'active',
  inFlight: submissions,
})

describe('the watch of a consent', () => {
  it('asks every day while submissions are in flight, and ends with the last of them', async () => {
    const world = newWorld({
      recheckConsent: inTurn(...Array<RecheckOutcome>(29).fill(inFlight('someone')), inFlight()),
    })
    const started = await world.now()
    await (await watch(world)).result()
    const days = world.calls.map(({ at }) => Math.round((at - started) / DAY))
    expect(days).toEqual(Array.from({ length: 30 }, (_, index) => index + 1))
    expect(world.inputs('recheckConsent')[0]).toEqual({ consentId: CONSENT_ID })
  })

  it('tells every submission in flight of the change; one that has ended does not matter', async () => {
    const world = newWorld({
      sendDocument: silent,
      recheckConsent: inTurn<RecheckOutcome>({ status: 'withdrawn', inFlight: [] }),
    })
    const told: RecheckOutcome = {
      status: 'withdrawn',
      inFlight: ['long-gone', world.submissionId],
    }
    const watching = newWorld({ recheckConsent: inTurn<RecheckOutcome>(told) })
    await world.run({
      until: async (run) => {
        await run.reaches('awaiting-acknowledgement')
        await (await watch(watching, HOUR / 2)).result()
        await run.handle().result()
      },
    })
    expect(world.count('withdrawDocument')).toBe(1)
    expect(world.told('consent-changed')).toBe(1)
    expect(watching.count('recheckConsent')).toBe(1)
  })

  it('tells the one submission that the consent no longer carries, and stays for the others', async () => {
    const world = newWorld({ sendDocument: silent })
    const others = ['someone', world.submissionId]
    const lost = [{ submissionId: world.submissionId, status: 'rejected' as const }]
    const watching = newWorld({
      recheckConsent: inTurn<RecheckOutcome>(
        { status: 'active', inFlight: others, lost },
        inFlight('someone'),
        inFlight(),
      ),
    })
    await world.run({
      until: async (run) => {
        await run.reaches('awaiting-acknowledgement')
        await (await watch(watching, HOUR / 2)).result()
        await run.handle().result()
      },
    })
    expect(world.count('withdrawDocument')).toBe(1)
    expect(watching.count('recheckConsent')).toBe(3)
  })

  it('outlives a consent service that is away for longer than its patience', async () => {
    const world = newWorld({
      recheckConsent: inTurn<RecheckOutcome>(
        failing('consent-service-protocol-error', 'permanent'),
        inFlight('someone'),
        inFlight(),
      ),
    })
    await (await watch(world)).result()
    expect(world.count('recheckConsent')).toBe(3)
  })

  it('begins a fresh history before the old one grows long, and goes on asking daily', async () => {
    const world = newWorld({
      recheckConsent: (_, run) =>
        Promise.resolve(run.count('recheckConsent') < 400 ? inFlight('someone') : inFlight()),
    })
    const handle = await watch(world)
    await handle.result()
    const { runId } = await world.handleOf(`consent-${world.submissionId}`).describe()
    expect(runId).not.toBe(handle.firstExecutionRunId)
    expect(world.count('recheckConsent')).toBe(400)
  })

  it('stays for a submission that enters while it looks for the last time', async () => {
    const world = newWorld({
      recheckConsent: async (_, run) => {
        if (run.count('recheckConsent') === 1)
          await run.handleOf(`consent-${run.submissionId}`).signal('submissionEntered')
        return inFlight()
      },
    })
    await (await watch(world)).result()
    expect(world.count('recheckConsent')).toBe(2)
  })
})

describe('a submission in flight', () => {
  const answersAfter = (polls: number) =>
    inTurn<FindOutcome>(...Array<FindOutcome>(polls).fill({ kind: 'taken' }), {
      kind: 'answered',
      acknowledgementId: 'polled',
    })

  it('asks for the watch once, an hour after its consent was checked', async () => {
    const world = newWorld({ sendDocument: silent, findInRegistry: answersAfter(8) })
    await world.run()
    expect(world.inputs('watchLegalBasis')).toEqual([{ consentId: CONSENT_ID, recheckMs: DAY }])
    const at = (step: string) => world.calls.find((call) => call.step === step)?.at ?? 0
    expect(Math.round((at('watchLegalBasis') - at('checkConsent')) / HOUR)).toBe(1)
  })

  it('asks for it however short the pauses between its polls are', async () => {
    const world = newWorld({ sendDocument: silent, findInRegistry: answersAfter(8) })
    await world.run({ policy: { pollFirstMs: HOUR / 4, pollMaxMs: HOUR / 4 } })
    expect(world.count('watchLegalBasis')).toBe(1)
  })

  it('needs none when it is answered sooner, or the law is its basis', async () => {
    const soon = newWorld()
    await soon.run()
    expect(soon.count('watchLegalBasis')).toBe(0)
    const law = newWorld({ sendDocument: silent, findInRegistry: answersAfter(3) })
    await law.run({ policy: { legalBasis: 'law' } })
    expect(law.count('watchLegalBasis')).toBe(0)
  })

  it('goes on without it, and asks again, when it could not be arranged', async () => {
    const world = newWorld({
      sendDocument: silent,
      findInRegistry: answersAfter(3),
      watchLegalBasis: inTurn<void>(failing('key-unavailable', 'permanent'), undefined),
    })
    await world.run()
    expect(world.count('watchLegalBasis')).toBe(2)
    expect(world.count('raiseAttention')).toBe(0)
    expect(world.count('destroyRecord')).toBe(1)
  })

  it('has every consent watched that it rests on', async () => {
    const world = newWorld({
      checkConsent: inTurn<ConsentOutcome>({
        kind: 'active',
        consentId: CONSENT_ID,
        others: ['consent-2'],
      }),
      sendDocument: silent,
      findInRegistry: answersAfter(8),
    })
    await world.run()
    expect(world.inputs('watchLegalBasis')).toEqual([
      { consentId: CONSENT_ID, recheckMs: DAY },
      { consentId: 'consent-2', recheckMs: DAY },
    ])
  })

  it('has each new consent watched', async () => {
    const world = newWorld({
      checkConsent: inTurn<{ kind: 'active'; consentId: string }>(
        { kind: 'active', consentId: CONSENT_ID },
        { kind: 'active', consentId: 'consent-2' },
      ),
      signDocument: () => Promise.resolve({ kind: 'signed', personalSignatures: 1 }),
      watchLegalBasis: async (_, run) => {
        if (run.count('watchLegalBasis') === 1) await run.consentIs('expired')
      },
      raiseAttention: async (_, run) => {
        await run.press('abandon')
      },
    })
    await world.run()
    expect(world.inputs('watchLegalBasis')).toMatchObject([
      { consentId: CONSENT_ID },
      { consentId: 'consent-2' },
    ])
  })
})
