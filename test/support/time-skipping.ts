import { temporal } from '@temporalio/proto'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { Runtime } from '@temporalio/worker'
import { createDataConverter } from '../../adapters/temporal/data-converter.ts'
import { findTestServer } from '../../stack/binaries/index.ts'
import { SearchAttributeName } from '../../workflows/names.ts'

const { IndexedValueType } = temporal.api.enums.v1

export const dataConverter = createDataConverter({
  active: 'test',
  keys: new Map([['test', Buffer.alloc(32, 7)]]),
})

/** All worlds of a test file share one worker: starting one costs more than most tests. */
export const TASK_QUEUE = 'gonets-test'

/** One time-skipping server per test file: its clock is one. */
export async function startTimeSkipping(): Promise<TestWorkflowEnvironment> {
  Runtime.install({
    logger: { trace() {}, debug() {}, info() {}, warn() {}, error() {}, log() {} },
  })
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: await findTestServer() } },
    client: { dataConverter },
  })
  const { KEYWORD, BOOL, DATETIME } = {
    KEYWORD: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    BOOL: IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
    DATETIME: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
  }
  await environment.connection.operatorService.addSearchAttributes({
    namespace: environment.namespace ?? 'default',
    searchAttributes: {
      [SearchAttributeName.phase]: KEYWORD,
      [SearchAttributeName.organization]: KEYWORD,
      [SearchAttributeName.registry]: KEYWORD,
      [SearchAttributeName.analysis]: KEYWORD,
      [SearchAttributeName.needsAttention]: BOOL,
      [SearchAttributeName.retainUntil]: DATETIME,
    },
  })
  return environment
}
