/**
 * What only a person can decide about a submission, apart from its phase: code, Russian text, and the decisions there are.
 * Names reach the database and the API and never change silently.
 */
export const QUESTIONS = {
  /** The order of the laboratory's words does not follow from what they state; meanwhile nothing of the result is sent. */
  'which-word': {
    text: 'Неясно, какое из сообщений лаборатории последнее: до решения ничего не отправляется',
    decisions: ['newest', 'outdated', 'another-result'],
  },
} as const satisfies Record<string, { text: string; decisions: readonly string[] }>
export type QuestionCode = keyof typeof QUESTIONS
