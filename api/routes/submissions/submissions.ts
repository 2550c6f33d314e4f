import type { Api } from '../../api.ts'
import type { ApiDeps } from '../../deps.ts'
import { registerActions } from './actions.ts'
import { registerArtefacts } from './artefacts.ts'
import { registerCorrections } from './corrections.ts'
import { registerDecisions } from './decisions.ts'
import { registerEvents } from './events.ts'
import { registerIntake } from './intake.ts'
import { registerList } from './list.ts'
import { registerSignatures } from './signatures.ts'
import { registerStatus } from './status.ts'

export async function registerSubmissions(app: Api, deps: ApiDeps): Promise<void> {
  await registerIntake(app, deps)
  registerStatus(app, deps)
  registerList(app, deps)
  registerEvents(app, deps)
  registerArtefacts(app, deps)
  await registerCorrections(app, deps)
  registerActions(app, deps)
  registerDecisions(app, deps)
  registerSignatures(app, deps)
}
