import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { buildWorkflowBundle } from '../../../tools/build-workflow-bundle.ts'
import { WorkflowName } from '../../../workflows/names.ts'

it('the bundle is written whole, with every workflow in it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gonets-bundle-'))
  try {
    const path = join(folder, 'dist', 'workflow-bundle.js')
    const bytes = await buildWorkflowBundle(path)
    const code = await readFile(path, 'utf8')
    expect(Buffer.byteLength(code)).toBe(bytes)
    for (const name of Object.values(WorkflowName)) expect(code).toContain(`function ${name}(`)
  } finally {
    await rm(folder, { recursive: true })
  }
})
