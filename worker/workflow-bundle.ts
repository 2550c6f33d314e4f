import { createHash, randomUUID } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, type WorkflowBundleOption } from '@temporalio/worker'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
export const BUNDLE_PATH = here('../dist/workflow-bundle.js')

/** Whatever can be in the bundle: what a workflow may import (.dependency-cruiser.cjs), and what bundles it. */
export const INGREDIENTS = [
  'workflows/**/*.ts',
  'domain/{submission,shared}/**/*.ts',
  'adapters/temporal/failure-converter.ts',
  'node_modules/@temporalio/{workflow,common,worker}/package.json',
]

/**
 * The bundle made by `npm run build` where there is one (images), else the one kept from an earlier start with the same
 * code, else bundled now. Bundling takes one to two seconds, several on a busy machine: a worker that was killed there
 * would be away for that much longer.
 */
export async function loadWorkflowBundle(): Promise<WorkflowBundleOption> {
  if (existsSync(BUNDLE_PATH)) return { codePath: BUNDLE_PATH }
  const kept = here(`../node_modules/.cache/gonets/workflows-${digestOfIngredients()}.js`)
  if (existsSync(kept)) return { codePath: kept }
  const bundle = await bundleWorkflows()
  // A folder that cannot be written to costs the next start its time, nothing else.
  await keep(kept, bundle.code).catch(() => undefined)
  return bundle
}

export async function bundleWorkflows(): Promise<{ code: string }> {
  return await bundleWorkflowCode({
    workflowsPath: here('../workflows/index.ts'),
    workflowInterceptorModules: [here('../workflows/sealed-only.ts')],
    failureConverterPath: here('../adapters/temporal/failure-converter.ts'),
  })
}

function digestOfIngredients(): string {
  const root = here('..')
  const hash = createHash('sha256')
  for (const name of globSync(INGREDIENTS, { cwd: root }).sort())
    hash.update(`${name}\n`).update(readFileSync(`${root}/${name}`))
  return hash.digest('hex').slice(0, 16)
}

/** Beside its place first: another worker that starts now never sees half a bundle. */
async function keep(path: string, code: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const fresh = `${path}.${randomUUID()}`
  await writeFile(fresh, code)
  await rename(fresh, path)
}
