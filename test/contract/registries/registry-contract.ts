import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Registry } from '../../../adapters/registries/port.ts'
import { type AppError, isAppError } from '../../../domain/shared/app-error.ts'
import {
  type MisbehavingServer,
  type Misbehaviour,
  startMisbehavingServer,
} from './misbehaving-server.ts'
import { SENTINEL, sampleSubmission } from './sample-submission.ts'

/** What an adapter has to bring along to be held to the port. */
export interface RegistryHarness {
  /** Talks to a working registry. */
  readonly registry: Registry
  /** The same adapter, talking to whatever listens at `url`. */
  at(url: string): Registry
  /** The next document is refused by the registry. */
  refuseNext(): Promise<void>
  /** The next submit is processed and its answer gets lost. */
  loseNextAnswer(): Promise<void>
  /** The next withdrawal is refused. */
  refuseNextWithdrawal(): Promise<void>
  /** How many registrations the registry holds of a document. */
  registrations(documentId: string): Promise<number>
  close(): Promise<void>
}

const timeoutMs = 5000

/** The port's promises, the same for every registry: docs of adapters/registries/port.ts. */
export function describeRegistry(name: string, open: () => Promise<RegistryHarness>): void {
  describe(`registry ${name}`, () => {
    let harness: RegistryHarness
    let server: MisbehavingServer
    beforeAll(async () => {
      harness = await open()
      server = await startMisbehavingServer()
    })
    afterAll(async () => {
      await server.close()
      await harness.close()
    })

    describe('in good weather', () => {
      it('submits, finds, and gives the same receipt on a repeat', async () => {
        const submission = sampleSubmission()
        const first = await harness.registry.submit({ submission, timeoutMs })
        const again = await harness.registry.submit({ submission, timeoutMs })
        expect(first.kind).toBe('taken')
        expect(again).toMatchObject({
          kind: 'taken',
          receiptId: (first as { receiptId: string }).receiptId,
        })
        const found = await harness.registry.find({ documentId: submission.documentId, timeoutMs })
        expect(['taken', 'answered']).toContain(found.kind)
        await expect.poll(() => harness.registrations(submission.documentId)).toBe(1)
      })

      it('sends no clear text and returns both sides of the exchange as evidence', async () => {
        const outcome = await harness.registry.submit({ submission: sampleSubmission(), timeoutMs })
        expect(outcome.request.length).toBeGreaterThan(100)
        expect(outcome.receipt.length).toBeGreaterThan(10)
        const clear = Buffer.from(SENTINEL)
        expect(outcome.request.includes(clear)).toBe(false)
        expect(outcome.request.includes(clear.toString('base64').slice(0, 24))).toBe(false)
      })

      it('returns a refusal as a value with its reasons', async () => {
        await harness.refuseNext()
        const outcome = await harness.registry.submit({ submission: sampleSubmission(), timeoutMs })
        expect(outcome.kind).toBe('refused')
        const [issue] = outcome.kind === 'refused' ? outcome.issues : []
        expect(issue).toMatchObject({ severity: 'error' })
        expect(issue?.detail).toMatch(/[а-я]/)
      })

      it('does not know a document that was never sent', async () => {
        const found = await harness.registry.find({ documentId: 'never-sent', timeoutMs })
        expect(found).toEqual({ kind: 'not-found' })
      })

      it('withdraws, also twice, and returns a refused withdrawal as a value', async () => {
        const submission = sampleSubmission()
        await harness.registry.submit({ submission, timeoutMs })
        const input = { documentId: submission.documentId, reason: 'Согласие отозвано', timeoutMs }
        await harness.refuseNextWithdrawal()
        expect(await harness.registry.withdraw(input)).toMatchObject({ kind: 'refused' })
        expect(await harness.registry.withdraw(input)).toMatchObject({ kind: 'withdrawn' })
        expect(await harness.registry.withdraw(input)).toMatchObject({ kind: 'withdrawn' })
        const unknown = { ...input, documentId: 'never-sent' }
        expect(await harness.registry.withdraw(unknown)).toMatchObject({ kind: 'refused' })
      })

      it('tests the connection', async () => {
        const result = await harness.registry.testConnection({ timeoutMs })
        expect(result.status).toBe('OK')
        expect(result.transactionId).not.toBe('')
      })

      it('after a lost answer finds the document, and a repeat does not register it twice', async () => {
        const submission = sampleSubmission()
        await harness.loseNextAnswer()
        const error = await failureOf(harness.registry.submit({ submission, timeoutMs }))
        expect(error.class).toBe('ambiguous')
        const found = await harness.registry.find({ documentId: submission.documentId, timeoutMs })
        expect(['taken', 'answered']).toContain(found.kind)
        await harness.registry.submit({ submission, timeoutMs })
        await expect.poll(() => harness.registrations(submission.documentId)).toBe(1)
      })
    })

    describe('in bad weather', () => {
      afterEach(() => server.behave({ how: 'hang' }))

      const cases: [string, Misbehaviour, Expected, Expected][] = [
        ['no answer in time', { how: 'hang' }, AMBIGUOUS_TIMEOUT, UNAVAILABLE],
        ['connection cut', { how: 'cut' }, AMBIGUOUS_LOST, UNAVAILABLE],
        ['answer cut', { how: 'cut-body', status: 200 }, AMBIGUOUS_LOST, UNAVAILABLE],
        ['slow answer', { how: 'slow-body', status: 200 }, AMBIGUOUS_TIMEOUT, UNAVAILABLE],
        ['endless answer', { how: 'huge-body', status: 200 }, AMBIGUOUS_LOST, PROTOCOL],
        ['garbage', answer(200, '<html>hello'), AMBIGUOUS_LOST, PROTOCOL],
        ['other JSON', answer(200, '{"a":1}'), AMBIGUOUS_LOST, PROTOCOL],
        ['500', answer(500), AMBIGUOUS_LOST, UNAVAILABLE],
        ['502', answer(502), AMBIGUOUS_LOST, UNAVAILABLE],
        ['503', answer(503), AMBIGUOUS_LOST, UNAVAILABLE],
        ['504', answer(504), AMBIGUOUS_TIMEOUT, UNAVAILABLE],
        ['503 with time', answer(503, '', { 'retry-after': '7' }), busy(7000), busy(7000)],
        ['429 with time', answer(429, '', { 'retry-after': '3' }), busy(3000), busy(3000)],
        ['429', answer(429), busy(undefined), busy(undefined)],
        ['401', answer(401), DENIED, DENIED],
        ['403', answer(403), DENIED, DENIED],
        ['400', answer(400), PROTOCOL, PROTOCOL],
        ['redirect', answer(307, '', { location: 'http://127.0.0.1:1/' }), PROTOCOL, PROTOCOL],
      ]
      it.each(cases)('%s', async (name, behaviour, onSubmit, onOthers) => {
        server.behave(behaviour)
        // A path of its own: requests of the case before may still be coming in.
        const path = `/${encodeURIComponent(name)}`
        const registry = harness.at(`${server.url}${path}/`)
        const brief = { timeoutMs: 'how' in behaviour && isStalling(behaviour) ? 60 : timeoutMs }
        const documentId = 'doc-1'
        const calls = [
          registry.submit({ submission: sampleSubmission(), ...brief }),
          registry.find({ documentId, ...brief }),
          registry.withdraw({ documentId, reason: 'нет', ...brief }),
          registry.testConnection(brief),
        ]
        const [submit, ...others] = await Promise.all(calls.map(failureOf))
        expect(submit).toMatchObject(onSubmit)
        for (const error of others) expect(error).toMatchObject(onOthers)
        // Never repeated by the adapter itself: that is decided above it.
        expect(server.requests(`${path}/`)).toBeLessThanOrEqual(4)
      })

      it('nobody listens: transient, provably not processed', async () => {
        const registry = harness.at(await unusedAddress())
        const error = await failureOf(
          registry.submit({ submission: sampleSubmission(), timeoutMs }),
        )
        expect(error).toMatchObject({ code: 'registry-unavailable', class: 'transient' })
      })

      it('an unknown host: transient', async () => {
        const registry = harness.at('http://portal.invalid')
        const error = await failureOf(
          registry.submit({ submission: sampleSubmission(), timeoutMs }),
        )
        expect(error).toMatchObject({ code: 'registry-unavailable', class: 'transient' })
      })

      it('what the other side writes is never part of an error', async () => {
        const registry = harness.at(server.url)
        for (const status of [200, 400, 401, 409, 429, 500]) {
          server.behave(
            answer(status, JSON.stringify({ errors: [{ code: SENTINEL, message: SENTINEL }] })),
          )
          const error = await failureOf(
            registry.submit({ submission: sampleSubmission(), timeoutMs }),
          )
          const seen = `${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`
          expect(seen).not.toContain('Тестова')
          expect(seen).not.toContain('test-token')
        }
      })
    })
  })
}

interface Expected {
  readonly code: string
  readonly class: AppError['class']
  readonly retryAfterMs?: number | undefined
}
const AMBIGUOUS_TIMEOUT: Expected = { code: 'registry-timeout', class: 'ambiguous' }
const AMBIGUOUS_LOST: Expected = { code: 'registry-connection-lost', class: 'ambiguous' }
const UNAVAILABLE: Expected = { code: 'registry-unavailable', class: 'transient' }
const DENIED: Expected = { code: 'registry-access-denied', class: 'permanent' }
const PROTOCOL: Expected = { code: 'registry-protocol-error', class: 'permanent' }

function busy(retryAfterMs: number | undefined): Expected {
  return { code: 'registry-busy', class: 'transient', retryAfterMs }
}

function answer(status: number, body = '', headers: Record<string, string> = {}): Misbehaviour {
  return { how: 'answer', status, body, headers }
}

function isStalling(behaviour: Misbehaviour): boolean {
  return behaviour.how === 'hang' || behaviour.how === 'slow-body'
}

async function failureOf(call: Promise<unknown>): Promise<AppError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isAppError(error)) throw new Error('an AppError was expected', { cause: error })
  return error
}

/** An address that was free a moment ago. */
async function unusedAddress(): Promise<string> {
  const server = await startMisbehavingServer()
  await server.close()
  return server.url
}
