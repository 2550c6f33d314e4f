import { globSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { buildWorkflowBundle } from '../../../tools/build-workflow-bundle.ts'
import { bundleWorkflows, INGREDIENTS } from '../../../worker/workflow-bundle.ts'
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

it('a kept bundle is of today: whatever is in it is looked at for changes', async () => {
  const { code } = await bundleWorkflows()
  const modules = new Set([...code.matchAll(/"\.\/([\w/-]+\.ts)"/g)].map(([, name = '']) => name))
  const looked = new Set(globSync(INGREDIENTS, { cwd: join(import.meta.dirname, '../../..') }))
  expect(modules).toContain('workflows/submit-analysis.ts')
  expect([...modules].filter((name) => !looked.has(name))).toEqual([])
})
