import { checkMapping, codesOf, repeatedIn } from '../../domain/document/check-mapping.ts'
import { CodeLists } from '../../domain/document/official-codes.ts'
import { excerptOf } from './code-lists.ts'
import type { CodeMapping, MappingKey, MappingRefusal } from './port.ts'
import type { Statements } from './statements.ts'

/** What the code lists and templates of this moment have against mappings, and why some need a second person. */
export async function checkAll(
  tx: Statements,
  organizationId: string,
  mappings: readonly CodeMapping[],
): Promise<{
  refusals: MappingRefusal[]
  checked: { mapping: CodeMapping; reason: string | undefined }[]
}> {
  const lists = new CodeLists(await excerptOf(tx, [...new Set(mappings.flatMap(codesOf))]))
  const templates = await tx.$queryRaw<{ code: string }[]>`
    SELECT code FROM template WHERE organization_id = ${organizationId}`
  const known = new Set(templates.map(({ code }) => code))
  const refusals = repeatedIn(mappings).map((index): MappingRefusal => {
    const detail = 'Этот код в списке уже есть: у кода одно соответствие.'
    return { index, code: 'mapping-repeated', field: 'code', detail }
  })
  const checked = mappings.map((mapping, index) => {
    const check = checkMapping(mapping, lists, known)
    if (check.kind === 'wrong') refusals.push({ index, ...faultOf(check) })
    return { mapping, reason: check.kind === 'unproved' ? check.reason : undefined }
  })
  return { refusals, checked }
}

const faultOf = ({ code, field, detail }: Omit<MappingRefusal, 'index'>) => ({
  code,
  field,
  detail,
})

export const nameOf = ({ kind, codeSystem, code }: MappingKey) => `${kind}/${codeSystem}/${code}`
