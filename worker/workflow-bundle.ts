import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, type WorkflowBundleOption } from '@temporalio/worker'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
export const BUNDLE_PATH = here('../dist/workflow-bundle.js')

/** The bundle made by `npm run build` where there is one (images), else bundled now: one to two seconds. */
export async function loadWorkflowBundle(): Promise<WorkflowBundleOption> {
  if (existsSync(BUNDLE_PATH)) return { codePath: BUNDLE_PATH }
  return await bundleWorkflows()
}

export async function bundleWorkflows(): Promise<{ code: string }> {
  return await bundleWorkflowCode({
    workflowsPath: here('../workflows/index.ts'),
    failureConverterPath: here('../adapters/temporal/failure-converter.ts'),
  })
}
