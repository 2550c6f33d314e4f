import type { Evidence, Findings } from './audit.ts'
import type { Listed } from './observe.ts'

const MOST_EXPLAINED = 10

/** What the books and the timelines say of the results that something was found about: ids and codes, no content. */
export function explain(findings: Findings, evidence: Evidence): string[] {
  const { mailsUncertain: _, ...lists } = findings
  const text = Object.values(lists).flat().join('\n')
  const concerned = new Set(
    evidence.listed.filter((one) => isNamed(one, text)).map(({ source }) => source.resultId),
  )
  return [...concerned].slice(0, MOST_EXPLAINED).flatMap((resultId) => {
    const own = evidence.listed.filter(({ source }) => source.resultId === resultId)
    return [`${resultId}:`, ...own.flatMap((one) => linesOf(one, evidence))]
  })
}

function isNamed({ id, setId, source, versions }: Listed, text: string): boolean {
  const item = source.resultId.split('-').at(-1)
  return (
    [id, setId, ...versions.map(({ documentId }) => documentId)].some((one) =>
      text.includes(one),
    ) || new RegExp(`result ${item}\\b`).test(text)
  )
}

function linesOf(submission: Listed, { registered, events, contents }: Evidence): string[] {
  const { id, phase, status, reason, setId, versions } = submission
  const documents = versions.flatMap(({ version, documentId, registry }) => {
    const entry = registered.documents.find((one) => one.documentId === documentId)
    const there = entry
      ? `number ${entry.versionNumber} replaces ${entry.replaces} at ${entry.receivedAt} withdrawn ${entry.withdrawnAt} answers ${entry.answers.map((one) => `${one.status} ${one.answeredAt}`).join(', ')}`
      : 'never arrived'
    const said = contents.get(documentId)
    return [`    v${version} ${documentId} (${registry.state}, ${said?.value}): ${there}`]
  })
  const timeline = (events.get(id) ?? []).map(
    ({ at, version, type, details }) => `    ${at} v${version} ${type} ${JSON.stringify(details)}`,
  )
  return [`  ${id} ${phase} ${status} ${reason} set ${setId}`, ...documents, ...timeline]
}
