-- The register holds acts of the patient with their times. What a service answered was kept as the status of a row for ever:
-- those rows are consents as they were given again, and the service is asked anew.
ALTER TABLE "consent" ADD COLUMN "given_by_day" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "withdrawn_at" TIMESTAMPTZ(3),
ADD COLUMN "withdrawn_by_day" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "withdrawn_by" TEXT,
ADD COLUMN "withdrawal_method" TEXT,
ADD COLUMN "source" TEXT NOT NULL DEFAULT 'register',
ADD COLUMN "known_by" TEXT;

-- Midnight in the laboratory's own time stands for a day.
UPDATE "consent" AS c SET "given_by_day" = true FROM "organization" AS o
WHERE o."id" = c."organization_id" AND (c."given_at" AT TIME ZONE o."time_zone")::time = '00:00:00';

UPDATE "consent" AS c SET "known_by" = CASE
  WHEN p."snils_index" IS NOT NULL THEN 'snils' WHEN p."policy_index" IS NOT NULL THEN 'policy' ELSE 'local-number' END
FROM "patient" AS p WHERE p."id" = c."patient_id";
ALTER TABLE "consent" ALTER COLUMN "known_by" SET NOT NULL;

-- Entered by nobody: the service told of it.
UPDATE "consent" AS c SET "source" = 'service'
WHERE c."confirmation_method" = 'service' AND NOT EXISTS (
  SELECT 1 FROM "audit_entry" AS a WHERE a."target" = c."id" AND a."action" = 'consent.register');

-- A withdrawal that somebody entered is an act. One that the daily question put there, because the service did not know the
-- consent, is an answer; where neither shows, the patient's no is believed.
UPDATE "consent" AS c SET "withdrawn_at" = greatest(a."at", c."given_at"), "withdrawn_by" = a."actor"
FROM (SELECT DISTINCT ON ("target") "target", "at", "actor" FROM "audit_entry"
  WHERE "action" IN ('consent.withdrawn', 'consent.rejected') ORDER BY "target", "id" DESC) AS a
WHERE a."target" = c."id" AND c."status" <> 'active';
UPDATE "consent" AS c SET "withdrawn_at" = greatest(c."updated_at", c."given_at"), "withdrawn_by" = 'system'
WHERE c."status" = 'withdrawn' AND c."withdrawn_at" IS NULL AND NOT EXISTS (
  SELECT 1 FROM "consent_check" AS k WHERE k."consent_id" = c."id" AND k."source" = 'service' AND k."status" = 'none');

ALTER TABLE "consent" DROP COLUMN "status";

ALTER TABLE "consent_check" ADD COLUMN "organization_id" TEXT, ADD COLUMN "analysis" TEXT;
UPDATE "consent_check" AS k SET "analysis" = k."request"->>'analysis', "organization_id" = coalesce(
  (SELECT s."organization_id" FROM "submission" AS s WHERE s."id" = k."submission_id"),
  (SELECT c."organization_id" FROM "consent" AS c WHERE c."id" = k."consent_id"), '');
ALTER TABLE "consent_check" ALTER COLUMN "organization_id" SET NOT NULL;

CREATE TABLE "submission_consent" (
    "submission_id" UUID NOT NULL,
    "analysis" TEXT NOT NULL,
    "consent_id" TEXT NOT NULL,

    CONSTRAINT "submission_consent_pkey" PRIMARY KEY ("submission_id", "analysis")
);
-- What is under way rests on the one consent it was checked for, about the analysis it was asked about last.
INSERT INTO "submission_consent" ("submission_id", "analysis", "consent_id")
SELECT s."id", coalesce((SELECT k."analysis" FROM "consent_check" AS k
    WHERE k."submission_id" = s."id" AND k."analysis" IS NOT NULL ORDER BY k."id" DESC LIMIT 1), s."analysis_code"), s."consent_id"
FROM "submission" AS s
WHERE s."consent_id" IS NOT NULL AND s."phase" NOT IN ('retained', 'cancelled', 'destroyed');

CREATE INDEX "submission_consent_consent_id_idx" ON "submission_consent"("consent_id");
ALTER TABLE "submission_consent" ADD CONSTRAINT "submission_consent_submission_id_fkey" FOREIGN KEY ("submission_id") REFERENCES "submission"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
