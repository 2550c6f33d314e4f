import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'
import { SearchAttributeName } from './names.ts'

export const PHASE = defineSearchAttributeKey(
  SearchAttributeName.phase,
  SearchAttributeType.KEYWORD,
)
export const NEEDS_ATTENTION = defineSearchAttributeKey(
  SearchAttributeName.needsAttention,
  SearchAttributeType.BOOL,
)
export const RETAIN_UNTIL = defineSearchAttributeKey(
  SearchAttributeName.retainUntil,
  SearchAttributeType.DATETIME,
)
