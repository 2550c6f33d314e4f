import type { Api } from '../api.ts'
import { sendProblem } from './error-mapper.ts'

/** 404 for addresses that do not exist, 405 with `Allow` for those that exist with another method. */
export function registerUnknownRoutes(app: Api): void {
  const routes: { pattern: RegExp; methods: string[] }[] = []
  app.addHook('onRoute', ({ url, method }) => {
    routes.push({ pattern: toPattern(url), methods: [method].flat() })
  })
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    const allowed = routes.filter((route) => route.pattern.test(path)).flatMap((r) => r.methods)
    if (allowed.length === 0) return sendProblem(request, reply, 'not-found')
    const headers = { allow: [...new Set(allowed)].join(', ') }
    return sendProblem(request, reply, 'method-not-allowed', { headers })
  })
}

function toPattern(url: string): RegExp {
  const source = url
    .split('/')
    .map((part) => {
      if (part === '*') return '.*'
      return part.startsWith(':') ? '[^/]+' : part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
    })
    .join('/')
  return new RegExp(`^${source}$`)
}
