import type { Client, Connection } from '@temporalio/client'
import type { Payload, PayloadCodec } from '@temporalio/common'
import { isAppError } from '../../domain/shared/app-error.ts'
import type { Progress } from '../../domain/submission/messages.ts'
import { pingTemporal } from './ping.ts'
import type { PayloadJson, SubmissionWorkflows, WorkflowMessage } from './port.ts'
import { startOnce } from './start-once.ts'
import { type StartMessage, startRun } from './start-run.ts'
import { temporalCall } from './temporal-call.ts'
import type { WorkflowNames } from './workflow-names.ts'

export interface SubmissionWorkflowsOptions {
  readonly client: Client
  readonly connection: Connection
  readonly codec: PayloadCodec
  readonly taskQueue: string
  readonly names: WorkflowNames
  /** Time for a worker to answer an update. */
  readonly updateTimeoutMs?: number
  /** Pause before a refused update is asked about again. */
  readonly refusalPauseMs?: number
}

/** A person may press a button a moment before the workflow has read what the database already shows: asked again this often. */
const REFUSAL_RETRIES = 10

export function createSubmissionWorkflows({
  client,
  connection,
  codec,
  taskQueue,
  names,
  updateTimeoutMs = 15_000,
  refusalPauseMs = 200,
}: SubmissionWorkflowsOptions): SubmissionWorkflows {
  const handleOf = (submissionId: string) =>
    client.workflow.getHandle(names.submissionWorkflowId(submissionId))
  const within = <T>(call: () => Promise<T>) =>
    temporalCall(() => connection.withDeadline(Date.now() + updateTimeoutMs, call))
  const update = async <T>(submissionId: string, name: string, args: object): Promise<T> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await within(() =>
          handleOf(submissionId).executeUpdate<T, [object]>(name, { args: [args] }),
        )
      } catch (error) {
        if (
          !isAppError(error) ||
          error.code !== 'update-refused' ||
          error.details.reason === 'ended' ||
          tries >= REFUSAL_RETRIES
        )
          throw error
        await new Promise((resolve) => setTimeout(resolve, refusalPauseMs))
      }
    }
  }
  const signal = (submissionId: string, name: string, args: readonly object[]) =>
    within(() => handleOf(submissionId).signal(name, ...args))
  /**
   * A correction that was taken may be delivered again, to a run that has gone on to keep the result and takes none: what it
   * carries says that it has heard. Else everything behind the message would wait for ever.
   */
  async function correct({ submissionId, version, actor }: CorrectedMessage): Promise<void> {
    try {
      await update(submissionId, names.updates.correct, { version, actor })
    } catch (error) {
      const refused = isAppError(error) && error.code === 'update-refused'
      if (!refused || error.details.reason === 'ended') throw error
      const { version: carried } = await within(() =>
        handleOf(submissionId).query<Progress, []>(names.queries.getProgress),
      )
      if (carried < version) throw error
    }
  }
  return {
    deliver: (message) =>
      deliver(message, {
        start: (start) => startRun(client, within, start, { taskQueue, names }),
        beside: (message) => startOnce(client, within, { ...besides(message, names), taskQueue }),
        signal,
        correct,
        names,
      }),
    approve: (id, input) => update(id, names.updates.approve, input),
    reject: (id, input) => update(id, names.updates.reject, input),
    retry: (id, { actor, reason = '' }) => update(id, names.updates.retry, { actor, reason }),
    abandon: (id, input) => update(id, names.updates.abandon, input),
    addSignature: (id, input) => update(id, names.updates.addSignature, input),
    cancel: async (id) => {
      await within(() => handleOf(id).cancel())
    },
    ping: () => pingTemporal(connection),
    decodePayloads: async (payloads) => (await codec.decode(payloads.map(fromJson))).map(toJson),
  }
}

interface Delivery {
  start(message: StartMessage): Promise<void>
  beside(message: BesideMessage): Promise<void>
  signal(submissionId: string, name: string, args: readonly object[]): Promise<void>
  correct(message: CorrectedMessage): Promise<void>
  readonly names: WorkflowNames
}
type CorrectedMessage = Extract<WorkflowMessage, { kind: 'corrected' }>

async function deliver(
  message: WorkflowMessage,
  { start, beside, signal, correct, names }: Delivery,
): Promise<void> {
  try {
    switch (message.kind) {
      case 'start-submission':
      case 'start-retention':
        return await start(message)
      case 'tell':
      case 'leftover':
        return await beside(message)
      case 'registry-answered':
        return await signal(message.submissionId, names.signals.registryAnswered, [
          { acknowledgementId: message.acknowledgementId },
        ])
      case 'consent-changed':
        return await signal(message.submissionId, names.signals.consentChanged, [
          { consentId: message.consentId, status: message.status },
        ])
      case 'superseded':
        return await signal(message.submissionId, names.signals.superseded, [
          { reason: message.reason },
        ])
      case 'hold-changed': {
        const { placeHold, releaseHold } = names.signals
        return await signal(message.submissionId, message.placed ? placeHold : releaseHold, [])
      }
      case 'way-cleared':
        return await signal(message.submissionId, names.signals.wayCleared, [])
      case 'corrected':
        return await correct(message)
    }
  } catch (error) {
    // The run has ended: a late fact is in the journal already and changes nothing any more.
    if (isAppError(error) && error.code === 'update-refused' && error.details.reason === 'ended')
      return
    throw error
  }
}

type BesideMessage = Extract<WorkflowMessage, { kind: 'tell' | 'leftover' }>

/** What has a run of its own. */
function besides(message: BesideMessage, names: WorkflowNames) {
  const { submissionId, version } = message
  if (message.kind === 'leftover')
    return {
      workflow: names.withdrawLeftover,
      workflowId: names.leftoverWorkflowId(submissionId, message.occasion),
      input: { submissionId, version },
      summary: 'Отзыв лишнего документа',
    }
  const input = { submissionId, version, kind: message.notification, round: message.round }
  return {
    workflow: names.notifyParties,
    workflowId: names.notificationWorkflowId(input),
    input,
    summary: `Уведомление: ${input.kind}`,
  }
}

function fromJson({ metadata, data }: PayloadJson): Payload {
  return {
    metadata: Object.fromEntries(
      Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value, 'base64')]),
    ),
    data: Buffer.from(data ?? '', 'base64'),
  }
}

function toJson({ metadata, data }: Payload): PayloadJson {
  return {
    metadata: Object.fromEntries(
      Object.entries(metadata ?? {}).map(([name, value]) => [
        name,
        Buffer.from(value).toString('base64'),
      ]),
    ),
    data: Buffer.from(data ?? []).toString('base64'),
  }
}
