import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { BUNDLE_PATH, bundleWorkflows } from '../worker/workflow-bundle.ts'

/** Bundles the workflows beforehand, so that a worker in an image starts without bundling. Returns the size in bytes. */
export async function buildWorkflowBundle(path: string = BUNDLE_PATH): Promise<number> {
  const { code } = await bundleWorkflows()
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, code)
  return Buffer.byteLength(code)
}

if (process.argv[1] === import.meta.filename) {
  const bytes = await buildWorkflowBundle()
  process.stdout.write(`${BUNDLE_PATH}: ${Math.round(bytes / 1024)} KiB\n`)
}
