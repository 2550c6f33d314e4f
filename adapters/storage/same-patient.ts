import { Prisma } from '../../prisma/generated/client.ts'

// domain/identity/same-person.ts in SQL; test/contract/storage/same-patient.test.ts compares the two.

type NumberColumn = 'policy_index' | 'local_index'

/** Rows `a` and `b` of `patient`, which share a number, state different stronger ones. */
const CONTRADICT = {
  policy_index: Prisma.sql`a.snils_index <> b.snils_index`,
  local_index: Prisma.sql`CASE WHEN a.snils_index IS NOT NULL AND b.snils_index IS NOT NULL
    THEN a.snils_index <> b.snils_index ELSE a.policy_index <> b.policy_index END`,
} satisfies Record<NumberColumn, Prisma.Sql>

/** The number of row `known` of `patient` has met several people, and nobody has said since that they are one. */
export function isContested(column: NumberColumn): Prisma.Sql {
  const number = Prisma.raw(column)
  return Prisma.sql`EXISTS (
    SELECT 1 FROM patient AS a JOIN patient AS b ON b.organization_id = a.organization_id AND b.${number} = a.${number}
    WHERE a.organization_id = known.organization_id AND a.${number} = known.${number} AND ${CONTRADICT[column]}
      AND NOT EXISTS (SELECT 1 FROM number_ruling AS r WHERE r.organization_id = a.organization_id
        AND r.number_index = a.${number} AND r.ruling = 'one-person'
        AND r.decided_at >= greatest(a.created_at, b.created_at)))`
}

/** The number of row `known` belongs to several people: a person has decided so, or one of them has been erased. */
function isSettledAsShared(column: NumberColumn, by = Prisma.sql`true`): Prisma.Sql {
  return Prisma.sql`EXISTS (SELECT 1 FROM number_ruling AS r WHERE r.organization_id = known.organization_id
    AND r.number_index = known.${Prisma.raw(column)} AND r.ruling = 'several-people' AND ${by})`
}

/** Nobody has been asked yet whether the number of row `known` belongs to several people, as it seems to. */
export function isUndecided(column: NumberColumn): Prisma.Sql {
  const bySystem = Prisma.sql`r.decided_by = ${Prisma.raw(`'${SYSTEM}'`)}`
  const byPerson = Prisma.sql`NOT ${bySystem}`
  return Prisma.sql`(${isContested(column)} OR ${isSettledAsShared(column, bySystem)})
    AND NOT ${isSettledAsShared(column, byPerson)}`
}
/** Stands as who decided where nobody did: one of the people was erased. */
export const SYSTEM = 'system'

const isShared = (column: NumberColumn) =>
  Prisma.sql`(${isSettledAsShared(column)} OR ${isContested(column)})`

/** Rows `known` and `other` of `patient` state one and the same strongest number, whether it may be relied on or not. */
export const SAME_NUMBER = Prisma.sql`
  other.organization_id = known.organization_id
  AND (other.id = known.id OR other.snils_index = known.snils_index OR other.policy_index = known.policy_index
    OR other.local_index = known.local_index)
  AND known.refuted_at IS NULL AND other.refuted_at IS NULL
  AND CASE
    WHEN known.snils_index IS NOT NULL AND other.snils_index IS NOT NULL THEN other.snils_index = known.snils_index
    WHEN known.policy_index IS NOT NULL AND other.policy_index IS NOT NULL THEN other.policy_index = known.policy_index
    WHEN known.local_index IS NOT NULL AND other.local_index IS NOT NULL THEN other.local_index = known.local_index
    ELSE other.id = known.id AND known.name_index IS NOT NULL
      AND coalesce(known.snils_index, known.policy_index, known.local_index) IS NULL END`

/**
 * Rows `known` and `other` of `patient` are the same person: the strongest number that both state decides, unless it has
 * met several people. Who states no number is only who he is in his own row. Rows of old that knew a person by a local
 * number alone have neither number nor name and are nobody: they may hold two people (docs/adr/0028).
 */
export const SAME_PATIENT = Prisma.sql`${SAME_NUMBER}
  AND CASE
    WHEN known.snils_index IS NOT NULL AND other.snils_index IS NOT NULL THEN true
    WHEN known.policy_index IS NOT NULL AND other.policy_index IS NOT NULL THEN NOT ${isShared('policy_index')}
    WHEN known.local_index IS NOT NULL AND other.local_index IS NOT NULL THEN NOT ${isShared('local_index')}
    ELSE true END`
