import type { Issue } from '../../domain/shared/issue.ts'
import type { RegistryAnswer } from '../../domain/submission/registry-answer.ts'
import type { Sealer } from '../shared/sealer.ts'
import { openIssues, sealIssues } from './sealed-text.ts'

// The words of a registry may name the patient. They belong to the document: its submission is known only to the row.

export async function sealAnswer<Input extends { readonly answer: RegistryAnswer }>(
  sealer: Sealer,
  input: Input,
): Promise<Input> {
  const { answer } = input
  const issues = await sealIssues(sealer, ownerOf(answer.documentId), answer.issues)
  return { ...input, answer: { ...answer, issues } }
}

export const openAnswerIssues = (sealer: Sealer, documentId: string, issues: readonly Issue[]) =>
  openIssues(sealer, ownerOf(documentId), issues)

const ownerOf = (documentId: string) => `answer/${documentId.toLowerCase()}`
