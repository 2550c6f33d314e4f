import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPortalRegistry } from '../../../adapters/registries/portal/portal-registry.ts'
import { createSandbox } from '../../../sandbox/create-sandbox.ts'
import { describeRegistry } from './registry-contract.ts'

describeRegistry('portal', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'gonets-portal-'))
  const sandbox = await createSandbox({ dir, token: 'test-token' })
  const at = (baseUrl: string) =>
    createPortalRegistry({ baseUrl, token: 'test-token', publicKeyPem: sandbox.publicKeyPem })
  const fault = async (mode: string) => {
    const response = await fetch(`${sandbox.url}/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ target: 'portal', mode, times: 1 }),
    })
    if (response.status !== 201) throw new Error(`fault not switched: ${response.status}`)
  }
  return {
    registry: at(sandbox.url),
    at,
    refuseNext: () => fault('refuse-422'),
    loseNextAnswer: () => fault('timeout-after-accept'),
    refuseNextWithdrawal: () => fault('withdraw-refused'),
    async registrations(documentId) {
      const response = await fetch(`${sandbox.url}/portal/registrations`)
      const overview = (await response.json()) as {
        documents: { documentId: string; registrations: number }[]
      }
      const rows = overview.documents.filter((row) => row.documentId === documentId)
      return rows.reduce((sum, row) => sum + row.registrations, 0)
    },
    async close() {
      await sandbox.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
})
