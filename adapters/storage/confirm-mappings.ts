import { checkAll, nameOf } from './mapping-check.ts'
import type { CodeMapping, CodeMappings, MappingKey, StoredMapping } from './port.ts'
import { insertRows } from './rows.ts'
import type { Statements } from './statements.ts'

interface Confirmation {
  readonly organizationId: string
  readonly mappings: readonly (MappingKey & Pick<CodeMapping, 'targetCode'>)[]
  readonly actor: string
  readonly at: Date
}

type Row = StoredMapping & { readonly writer: string }

/** All of them or none; rows are held, so nobody changes what is being confirmed. */
export async function confirmMappings(
  tx: Statements,
  { organizationId, mappings, actor, at }: Confirmation,
): ReturnType<CodeMappings['confirm']> {
  const rows: Row[] = []
  for (const [index, mapping] of mappings.entries()) {
    const row = await held(tx, organizationId, mapping)
    if (!row) return { kind: 'missing', index }
    if (row.targetCode !== mapping.targetCode) return { kind: 'changed', index }
    if (!row.confirmed && row.writer === actor) return { kind: 'own', index }
    rows.push(row)
  }
  const { refusals } = await checkAll(tx, organizationId, rows)
  if (refusals.length > 0) return { kind: 'refused', refusals }
  const waiting = rows.filter(({ confirmed }) => !confirmed)
  for (const { kind, codeSystem, code } of waiting)
    await tx.$executeRaw`
      UPDATE code_mapping SET confirmed_at = ${at}, confirmed_by = ${actor}
      WHERE organization_id = ${organizationId} AND kind = ${kind} AND code_system = ${codeSystem} AND code = ${code}`
  const audit = { at, organizationId, actor, action: 'mapping.confirm' }
  await insertRows(
    tx,
    'audit_entry',
    waiting.map((row) => ({ ...audit, target: nameOf(row) })),
  )
  const confirmed = rows.map(({ writer: _, ...mapping }) => ({ ...mapping, confirmed: true }))
  return { kind: 'confirmed', mappings: confirmed }
}

async function held(
  tx: Statements,
  organizationId: string,
  { kind, codeSystem, code }: MappingKey,
): Promise<Row | undefined> {
  const rows = await tx.$queryRaw<Row[]>`
    SELECT kind, code_system AS "codeSystem", code, target_code AS "targetCode", target_name AS "targetName",
      confirmed_at IS NOT NULL AS confirmed, updated_by AS writer
    FROM code_mapping WHERE organization_id = ${organizationId} AND kind = ${kind}
      AND code_system = ${codeSystem} AND code = ${code} FOR UPDATE`
  return rows[0]
}
