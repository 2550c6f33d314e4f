import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { json, Laboratory, type Shown, sampleReport } from '../support/laboratory.ts'
import { type StackHandle, startStack } from '../support/stack.ts'

const FOREIGN = join(
  import.meta.dirname,
  '..',
  '..',
  '..',
  'shared',
  'data',
  'hl7v2',
  'ms_LRI_2.0-NG_CBC_Typ_Message.hl7',
)

let stack: StackHandle
let lab: Laboratory
beforeAll(async () => {
  stack = await startStack({ env: { GONETS_POLL_FIRST: '2s', GONETS_SEND_TIMEOUT: '2s' } })
  lab = new Laboratory(stack)
})
afterEach(async () => {
  await stack.clearFaults()
})
afterAll(async () => {
  await stack.stop()
})

/** A second person at the laboratory. */
async function keyOfColleague(): Promise<string> {
  const key = `key-of-a-colleague-${randomUUID()}`
  const hash = createHash('sha256').update(key).digest('hex')
  const client = new pg.Client({ connectionString: stack.databaseUrl })
  await client.connect()
  await client
    .query(
      `INSERT INTO api_key (id, organization_id, name, key_hash, rights, created_at)
      SELECT gen_random_uuid(), id, 'colleague', $1, '{configure}', now() FROM organization LIMIT 1`,
      [hash],
    )
    .finally(() => client.end())
  return key
}

async function postsOf(id: string): Promise<number> {
  const { documentId } = await lab.show(id)
  const { documents } = await lab.registrations()
  return documents.find((document) => document.documentId === documentId)?.posts ?? 0
}

it('P2: the same result posted twenty times at once is one submission and one registration', async () => {
  const report = await sampleReport('cbc', 'P2-TWENTY')
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => lab.postJson('/v1/submissions', report)),
  )
  const shown = await Promise.all(answers.map((answer) => json<Shown>(answer)))
  expect(new Set(shown.map(({ id }) => id)).size).toBe(1)
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(1)
  const id = shown[0]?.id ?? ''
  expect(await lab.restsAt(id)).toMatchObject({ phase: 'retained', statusText: 'Принято' })
  expect(await postsOf(id)).toBe(1)
  expect((await lab.registrations()).totals.registeredTwice).toBe(0)
})

it('P2: a repeat of the same result in another format gets the first one’s true state', async () => {
  const first = await lab.submit(await sampleReport('sars-cov-2-pcr', 'R-2025-000303'))
  await lab.restsAt(first, ['retained'])
  const repeat = await lab.postHl7(
    await readFile(join(import.meta.dirname, '..', '..', 'samples', 'sars-cov-2-pcr.hl7')),
  )
  expect(repeat.status).toBe(200)
  expect(await repeat.json()).toMatchObject({ id: first, phase: 'retained', statusText: 'Принято' })
})

it('P3: a consent withdrawn while the document waits freezes it: nothing reaches the registry', async () => {
  const template = await json<Record<string, unknown>>(await lab.call('/v1/templates/biochemistry'))
  const { title, serviceCodes, analysisCodes, requiredFields } = template
  const changed = {
    title,
    serviceCodes,
    analysisCodes,
    requiredFields: [...(requiredFields as string[]), '/specimen'],
    personalSignatures: 0,
  }
  await json(
    await lab.call('/v1/templates/biochemistry', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(changed),
    }),
  )
  const report = await sampleReport('biochemistry', 'P3-WITHDRAWN')
  const consent = await json<{ id: string }>(
    await lab.postJson('/v1/consents', {
      number: 'С-P3',
      givenAt: '2026-01-12T10:00:00+03:00',
      scope: 'full',
      analyses: [],
      confirmationMethod: 'paper',
      patient: report.patient,
    }),
  )
  const id = await lab.submit(report)
  await lab.restsAt(id, ['awaiting-approval'])
  await json(
    await lab.postJson(`/v1/consents/${consent.id}/withdraw`, { reason: 'заявление пациента' }),
  )
  const frozen = await lab.restsAt(id, ['awaiting-consent'])
  expect(frozen).toMatchObject({ statusText: 'Ожидает согласия', reason: 'consent-withdrawn' })
  expect(await postsOf(id)).toBe(0)
  const checks = await json<{ items: { status: string; user: string }[] }>(
    await lab.call(`/v1/consents/${consent.id}/checks`),
  )
  expect(checks.items.length).toBeGreaterThan(0)
  await expect
    .poll(async () => (await lab.inbox()).mails.map((mail) => String(mail.subject)))
    .toContain('Согласие пациента больше не действует')
})

it('P4: a receipt is not an answer: a silent registry leaves the submission waiting', async () => {
  await stack.setFault({ target: 'portal', mode: 'silent' })
  const id = await lab.submit(await sampleReport('cbc', 'P4-SILENT'))
  await lab.restsAt(id, ['awaiting-acknowledgement'])
  await expect
    .poll(async () => (await lab.events(id)).map(({ type }) => type))
    .toContain('registry.taken')
  expect(await lab.show(id)).toMatchObject({
    phase: 'awaiting-acknowledgement',
    statusText: 'Отправлено',
    registryId: null,
  })
})

it('P5: a time-out after acceptance is asked about, not sent again', async () => {
  await stack.setFault({ target: 'portal', mode: 'timeout-after-accept', times: 1 })
  const id = await lab.submit(await sampleReport('cbc', 'P5-AMBIGUOUS'))
  const shown = await lab.restsAt(id)
  expect(shown).toMatchObject({ phase: 'retained', statusText: 'Принято' })
  expect(shown.attempts).toMatchObject([{ outcome: 'unknown' }])
  expect(await postsOf(id)).toBe(1)
})

it('P6: a refusal names the field, and the corrected version goes the whole path again, linked to the first', async () => {
  await stack.setFault({
    target: 'portal',
    mode: 'reject',
    times: 1,
    reasons: [
      {
        code: 'PATIENT_MISMATCH',
        field: '/patient/birthDate',
        message: 'Дата рождения не совпадает',
      },
    ],
  })
  const report = await sampleReport('cbc', 'P6-REFUSED')
  const id = await lab.submit(report)
  const refused = await lab.restsAt(id, ['needs-correction'])
  expect(refused).toMatchObject({ statusText: 'Отклонено', version: 1 })
  expect(refused.issues).toMatchObject([
    { pointer: '/patient/birthDate', detail: expect.stringContaining('Дата рождения') as string },
  ])
  const corrected = {
    ...report,
    status: 'corrected',
    patient: { ...report.patient, birthDate: '1984-03-15' },
  }
  const answer = await lab.postJson(`/v1/submissions/${id}/corrections`, corrected)
  expect(answer.status).toBeLessThan(300)
  const accepted = await lab.restsAt(id, ['retained'])
  expect(accepted).toMatchObject({ version: 2, statusText: 'Принято' })
  expect(accepted.documentId).not.toBe(refused.documentId)
})

it('an unmapped code stops the submission and is named; mapped, confirmed by a second person and retried, it is accepted', async (context) => {
  if (!existsSync(FOREIGN)) return context.skip('the sample message is not beside the project')
  const posted = await json<Shown>(await lab.postHl7(await readFile(FOREIGN)))
  const stopped = await lab.restsAt(posted.id, ['needs-correction'])
  expect(stopped.statusText).toBe('Требуется корректировка')
  const codes = stopped.issues.map(({ detail }) => /LN (\S+)/.exec(detail)?.[1])
  expect(codes).toHaveLength(28)
  expect(codes).toContain('718-7')
  const mappings = codes.map((code, index) => ({
    kind: 'observation',
    codeSystem: 'LN',
    code,
    // Codes that no list here knows: a second person has to confirm them.
    targetCode: String(9_000_001 + index),
    targetName: `Показатель ${index + 1}`,
  }))
  const saved = await json<{ items: { confirmed: boolean }[] }>(
    await lab.postJson('/v1/code-mappings', mappings),
  )
  expect(saved.items.filter(({ confirmed }) => confirmed)).toEqual([])
  const seen = mappings.map(({ targetName: _, ...mapping }) => mapping)
  expect((await lab.postJson('/v1/code-mappings/confirm', seen)).status).toBe(409)
  const headers = {
    authorization: `Bearer ${await keyOfColleague()}`,
    'content-type': 'application/json',
  }
  const body = JSON.stringify(seen)
  await json(await lab.call('/v1/code-mappings/confirm', { method: 'POST', headers, body }))
  await json(
    await lab.postJson(`/v1/submissions/${posted.id}/retry`, { reason: 'коды сопоставлены' }),
  )
  expect(await lab.restsAt(posted.id)).toMatchObject({ phase: 'retained', statusText: 'Принято' })
})

it('P8: the evidence bundle speaks for itself: every file has the digest the manifest names', async () => {
  const id = await lab.submit(await sampleReport('cbc', 'P8-EVIDENCE'))
  await lab.restsAt(id, ['retained'])
  const { unzipSync } = await import('fflate')
  const files = unzipSync(await lab.artefact(id, 'evidence.zip'))
  const manifest = JSON.parse(Buffer.from(files['manifest.json'] ?? []).toString()) as {
    files: { name: string; sha256: string }[]
  }
  const names = manifest.files.map(({ name }) => name)
  for (const name of [
    'document.xml',
    'document.pdf',
    'signature.p7s',
    'request.json',
    'receipt.json',
    'answer.json',
    'legal-basis.json',
    'timeline.json',
    'signer.pem',
  ])
    expect(names).toContain(name)
  for (const { name, sha256 } of manifest.files)
    expect(
      createHash('sha256')
        .update(files[name] ?? Buffer.alloc(0))
        .digest('hex'),
      name,
    ).toBe(sha256)
})
