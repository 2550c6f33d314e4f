export { createHttpConsentService } from './http/http-consent-service.ts'
