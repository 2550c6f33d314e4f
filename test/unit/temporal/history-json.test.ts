import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import { describe, expect, it } from 'vitest'

const text = JSON.stringify({
  events: [
    {
      eventId: '1',
      eventTime: '2026-03-01T09:00:00.123456789Z',
      eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED',
      taskId: '9007199254740993',
      workflowExecutionStartedEventAttributes: {
        workflowType: { name: 'submitAnalysis' },
        taskQueue: { name: 'gonets', kind: 'TASK_QUEUE_KIND_NORMAL' },
        input: {
          payloads: [{ metadata: { encoding: 'anNvbi9wbGFpbg==' }, data: 'eyJhIjoi0LEifQ==' }],
        },
        workflowTaskTimeout: '10s',
        originalExecutionRunId: 'run-1',
        attempt: 1,
      },
    },
    {
      eventId: '2',
      eventTime: '2026-03-01T09:00:01Z',
      eventType: 'EVENT_TYPE_TIMER_STARTED',
      taskId: '1048577',
      timerStartedEventAttributes: { timerId: '1', startToFireTimeout: '157852800s' },
    },
  ],
})

describe('histories as JSON', () => {
  it('come back as they were, 64-bit numbers, times and bytes included', () => {
    const history = historyFromJSON(JSON.parse(text))
    const [started, timer] = history.events ?? []
    expect(String(started?.taskId)).toBe('9007199254740993')
    expect(started?.eventTime?.nanos).toBe(123_456_789)
    expect(String(timer?.timerStartedEventAttributes?.startToFireTimeout?.seconds)).toBe(
      '157852800',
    )
    const [payload] = started?.workflowExecutionStartedEventAttributes?.input?.payloads ?? []
    expect(Buffer.from(payload?.data ?? []).toString()).toBe('{"a":"б"}')
  })

  it('survive the way to a file and back', () => {
    const first = historyToJSON(historyFromJSON(JSON.parse(text)))
    const second = historyToJSON(historyFromJSON(JSON.parse(first)))
    expect(second).toBe(first)
    expect(JSON.parse(first)).toMatchObject(JSON.parse(text) as object)
  })

  it('need the protobufjs of version 8 at the root: with 7 the conversion fails', () => {
    const require = createRequire(import.meta.url)
    const converter = createRequire(require.resolve('@temporalio/common/lib/proto-utils.js'))
    const versions = [require, converter].map((from) => versionOf(from.resolve('protobufjs')))
    expect(versions).toEqual(['8', '8'])
  })
})

function versionOf(path: string): string {
  const file = path.replace(/protobufjs\/.*$/, 'protobufjs/package.json')
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return version.split('.')[0] ?? ''
}
