import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Registry } from '../../../adapters/registries/port.ts'
import { createPortalRegistry } from '../../../adapters/registries/portal/portal-registry.ts'
import { createSandbox, type Sandbox } from '../../../sandbox/create-sandbox.ts'
import { type CallbackListener, startCallbackListener } from './callback-listener.ts'

interface Overview {
  readonly totals: Record<string, number>
  readonly documents: readonly {
    readonly documentId: string
    readonly status: string
    readonly posts: number
    readonly registrations: number
    readonly registryId: string | null
    readonly delivered: boolean
    readonly withdrawnAt: string | null
    readonly answers: readonly { readonly status: string; readonly registryId: string | null }[]
  }[]
  readonly notTaken: readonly { readonly documentId: string; readonly posts: number }[]
}
export interface Rehearsal {
  readonly registry: Registry
  readonly listener: CallbackListener
  sandbox(): Sandbox
  fault(fault: object): Promise<void>
  clearFaults(): Promise<void>
  overview(): Promise<Overview>
  row(documentId: string): Promise<Overview['documents'][number] | undefined>
  /** Stops the sandbox and starts it again on the same folder and port. */
  restart(): Promise<void>
  close(): Promise<void>
}

const SECRET = 'callback-secret-of-tests'

/** Connections kept open from before the restart fail once; after that the pool holds live ones. */
async function newConnection(url: string): Promise<void> {
  for (let tries = 0; tries < 10; tries += 1) {
    const alive = await fetch(`${url}/livez`).then(
      (response) => response.ok,
      () => false,
    )
    if (alive) return
  }
}

/** Sandbox, our client of it, and somebody who takes its callbacks. */
export async function startRehearsal(): Promise<Rehearsal> {
  const dir = mkdtempSync(join(tmpdir(), 'gonets-rehearsal-'))
  const listener = await startCallbackListener(SECRET)
  const open = (port: number) =>
    createSandbox({
      dir,
      port,
      token: 'test-token',
      callbackUrl: listener.url,
      callbackSecret: SECRET,
      callbackFirstPauseMs: 2,
    })
  let sandbox = await open(0)
  const { url, publicKeyPem } = sandbox
  const overview = async () =>
    (await (await fetch(`${url}/portal/registrations`)).json()) as Overview
  return {
    registry: createPortalRegistry({ baseUrl: url, token: 'test-token', publicKeyPem }),
    listener,
    sandbox: () => sandbox,
    async fault(fault) {
      const response = await fetch(`${url}/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(fault),
      })
      if (response.status !== 201) throw new Error(`fault not switched: ${await response.text()}`)
    },
    clearFaults: async () => void (await fetch(`${url}/faults`, { method: 'DELETE' })),
    overview,
    row: async (documentId) =>
      (await overview()).documents.find((document) => document.documentId === documentId),
    async restart() {
      await sandbox.close()
      sandbox = await open(Number(new URL(url).port))
      await newConnection(url)
    },
    async close() {
      await sandbox.close()
      await listener.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
