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
  /**
   * The patient's number is known with another name or birth date. `same-person` is remembered for the numbers,
   * `another-person` keeps the identity from finding anybody's consent: the laboratory has to correct the result.
   */
  'identity-differs': {
    text: 'Под этим номером известны другое имя или другая дата рождения: тот ли это человек?',
    decisions: ['same-person', 'another-person'],
  },
  /**
   * The only number of the patient has met several people (two СНИЛС, two policies). `one-person`: a number was mistyped
   * or renewed. `several-people`: nobody is found by it, until the laboratory states СНИЛС or policy.
   */
  'identity-ambiguous': {
    text: 'Номер пациента встречался у разных людей: до решения согласия по нему не ищутся',
    decisions: ['one-person', 'several-people'],
  },
  /** Consent and withdrawal (or a word of the consent service) contradict each other, and which came last is not known. */
  'consent-unclear': {
    text: 'Неясно, что пациент выразил последним: согласие или отзыв. До решения ничего не отправляется',
    decisions: ['yes', 'no'],
  },
  /** What the registry said of a document contradicts what it had said before, or our withdrawal of it. */
  'registry-contradicts': {
    text: 'Ответы реестра о документе противоречат друг другу: выясните в реестре, зарегистрирован ли он',
    decisions: ['accepted', 'refused'],
  },
  /** The registry accepted a document under a number that another document has. */
  'registry-number-taken': {
    text: 'Реестр принял документ под номером, который уже есть у другого документа: выясните, чей это номер',
    decisions: ['accepted', 'refused'],
  },
} as const satisfies Record<string, { text: string; decisions: readonly string[] }>
export type QuestionCode = keyof typeof QUESTIONS
