import { temporal } from '@temporalio/proto'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { Runtime } from '@temporalio/worker'
import { createDataConverter } from '../../adapters/temporal/data-converter.ts'
import { findTemporalCli, findTestServer } from '../../stack/binaries/index.ts'
import { SearchAttributeName } from '../../workflows/names.ts'

const { IndexedValueType } = temporal.api.enums.v1

export const dataConverter = createDataConverter({
  active: 'test',
  keys: new Map([['test', Buffer.alloc(32, 7)]]),
})

/** All worlds of a test file share one worker: starting one costs more than most tests. */
export const TASK_QUEUE = 'gonets-test'

const { keyword, bool, datetime } = {
  keyword: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  bool: IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
  datetime: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
}
const SEARCH_ATTRIBUTES = {
  [SearchAttributeName.phase]: keyword,
  [SearchAttributeName.organization]: keyword,
  [SearchAttributeName.registry]: keyword,
  [SearchAttributeName.analysis]: keyword,
  [SearchAttributeName.needsAttention]: bool,
  [SearchAttributeName.retainUntil]: datetime,
}

/** One time-skipping server per test file: its clock is one. */
export async function startTimeSkipping(): Promise<TestWorkflowEnvironment> {
  silence()
  const path = await findTestServer()
  return await prepared(
    await TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: { type: 'existing-path', path } },
      client: { dataConverter },
    }),
  )
}

/** A real server, for what the time-skipping one does not know: a run that continues as new after it was cancelled. */
export async function startDevServer(): Promise<TestWorkflowEnvironment> {
  silence()
  const path = await findTemporalCli()
  return await prepared(
    await TestWorkflowEnvironment.createLocal({
      server: { executable: { type: 'existing-path', path } },
      client: { dataConverter },
    }),
  )
}

function silence(): void {
  Runtime.install({
    logger: { trace() {}, debug() {}, info() {}, warn() {}, error() {}, log() {} },
  })
}

async function prepared(environment: TestWorkflowEnvironment): Promise<TestWorkflowEnvironment> {
  await environment.connection.operatorService.addSearchAttributes({
    namespace: environment.namespace ?? 'default',
    searchAttributes: SEARCH_ATTRIBUTES,
  })
  return environment
}
