import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleWorkflowCode } from '@temporalio/worker'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    workflowBundle: string
  }
}

export const failureConverterPath = join(
  import.meta.dirname,
  '..',
  '..',
  'adapters',
  'temporal',
  'failure-converter.ts',
)

/** Built once for all workflow and replay tests: bundling costs more than most tests. */
export async function buildWorkflowBundle(): Promise<string> {
  const workflows = join(import.meta.dirname, '..', '..', 'workflows')
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(workflows, 'index.ts'),
    workflowInterceptorModules: [join(workflows, 'sealed-only.ts')],
    failureConverterPath,
    logger: { trace() {}, debug() {}, info() {}, warn() {}, error() {}, log() {} },
  })
  const dir = join(import.meta.dirname, '..', '..', '.gonets', 'test')
  await mkdir(dir, { recursive: true })
  const path = join(dir, `workflow-bundle-${process.pid}-${Date.now()}.js`)
  await writeFile(path, code)
  return path
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const path = await buildWorkflowBundle()
  project.provide('workflowBundle', path)
  return () => rm(path, { force: true })
}
