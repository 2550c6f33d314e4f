-- One row per result of a laboratory: the key that repeats and corrections are matched by, and the lock taken before
-- anything about it is chosen.
CREATE TABLE "result" (
    "id" UUID NOT NULL,
    "organization_id" TEXT NOT NULL,
    "source_system" TEXT NOT NULL,
    "source_id" TEXT NOT NULL,
    "analysis_code" TEXT NOT NULL,
    "analysis_system" TEXT NOT NULL,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "set_id" UUID NOT NULL,
    "head_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "result_pkey" PRIMARY KEY ("id")
);

-- What only a person can decide about a submission.
CREATE TABLE "question" (
    "id" UUID NOT NULL,
    "submission_id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "details" JSONB NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_at" TIMESTAMPTZ(3),
    "decided_by" TEXT,
    "decision" TEXT,

    CONSTRAINT "question_pkey" PRIMARY KEY ("id")
);

-- Until now the analysis was no part of the key: each analysis becomes a result of its own, and the newest submission of it
-- is the laboratory's last word.
INSERT INTO "result" ("id", "organization_id", "source_system", "source_id", "analysis_code", "analysis_system", "set_id", "head_id", "created_at")
SELECT DISTINCT ON ("organization_id", "source_system", "source_id", "analysis_code")
    gen_random_uuid(), "organization_id", "source_system", "source_id", "analysis_code", '', "set_id", "id", "received_at"
FROM "submission"
ORDER BY "organization_id", "source_system", "source_id", "analysis_code", "version_number" DESC, "source_version" DESC, "received_at" DESC;

ALTER TABLE "submission" ADD COLUMN "result_id" UUID,
ADD COLUMN "standing" TEXT NOT NULL DEFAULT 'current';
ALTER TABLE "document" ADD COLUMN "replaces_id" UUID,
ADD COLUMN "analyses" TEXT[] DEFAULT ARRAY[]::TEXT[];
UPDATE "submission" AS s SET "result_id" = r."id" FROM "result" AS r
WHERE r."organization_id" = s."organization_id" AND r."source_system" = s."source_system"
  AND r."source_id" = s."source_id" AND r."analysis_code" = s."analysis_code";
ALTER TABLE "submission" ALTER COLUMN "result_id" SET NOT NULL;
ALTER TABLE "submission" ALTER COLUMN "source_version" DROP NOT NULL;
ALTER TABLE "submission" ALTER COLUMN "version_number" DROP NOT NULL;

ALTER TABLE "submission_version" ALTER COLUMN "version_number" DROP NOT NULL;
ALTER TABLE "submission_version" ADD COLUMN "set_id" UUID,
ADD COLUMN "message_index" TEXT,
ADD COLUMN "corrects" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "source_version" INTEGER,
ADD COLUMN "issued_at" TIMESTAMPTZ(3),
ADD COLUMN "sent_at" TIMESTAMPTZ(3),
ADD COLUMN "left_at" TIMESTAMPTZ(3),
ADD COLUMN "withdrawn_at" TIMESTAMPTZ(3),
ADD COLUMN "verdict" TEXT,
ADD COLUMN "registry_id" TEXT;

-- Preliminary versions never travel: their number belongs to the final result.
UPDATE "submission_version" AS v SET "version_number" = NULL
WHERE EXISTS (SELECT 1 FROM "submission_version" AS later WHERE later."submission_id" = v."submission_id"
    AND later."version" > v."version" AND later."version_number" = v."version_number")
  OR EXISTS (SELECT 1 FROM "submission" AS s WHERE s."id" = v."submission_id" AND s."version" = v."version" AND s."phase" = 'awaiting-final');
UPDATE "submission" SET "version_number" = NULL WHERE "phase" = 'awaiting-final';

-- Two corrections at one moment could fork a set. Numbers the registry has seen stay as they are: of a forked set only the
-- first document of a number keeps its place.
UPDATE "submission_version" AS v SET "set_id" = s."set_id", "source_version" = s."source_version"
FROM "submission" AS s WHERE s."id" = v."submission_id" AND v."version_number" IS NOT NULL
  AND NOT EXISTS (
    SELECT 1 FROM "submission_version" AS other JOIN "submission" AS o ON o."id" = other."submission_id"
    WHERE o."set_id" = s."set_id" AND other."version_number" = v."version_number"
      AND (other."created_at", other."document_id") < (v."created_at", v."document_id"));

-- A set is a line: whatever shared its forerunner stands behind the one before it.
UPDATE "submission" SET "replaces_id" = line."before"
FROM (
  SELECT "id", lag("id") OVER (PARTITION BY "set_id" ORDER BY "version_number", "received_at", "id") AS "before" FROM "submission"
  WHERE "set_id" IN (SELECT "set_id" FROM "submission" WHERE "replaces_id" IS NOT NULL GROUP BY "set_id", "replaces_id" HAVING count(*) > 1)
) AS line
WHERE line."id" = "submission"."id" AND "replaces_id" IS NOT NULL AND line."before" IS NOT NULL;

-- The books of each document, from the calls and answers that stand.
UPDATE "submission_version" AS v SET "left_at" = a."started_at"
FROM (SELECT "submission_id", "version", min("started_at") AS "started_at" FROM "attempt" GROUP BY 1, 2) AS a
WHERE a."submission_id" = v."submission_id" AND a."version" = v."version";
UPDATE "submission_version" AS v SET "verdict" = k."verdict", "registry_id" = k."registry_id", "left_at" = coalesce(v."left_at", k."received_at")
FROM (SELECT DISTINCT ON ("document_id") "document_id", "verdict", "registry_id", "received_at" FROM "acknowledgement"
  WHERE "verdict" <> 'processing' ORDER BY "document_id", ("verdict" = 'accepted') DESC, "seq" DESC) AS k
WHERE k."document_id" = v."document_id";
UPDATE "submission_version" AS v SET "withdrawn_at" = e."at"
FROM (SELECT "submission_id", "version", max("at") AS "at" FROM "event" WHERE "type" IN ('registry.withdrawn', 'registry.nothing-to-withdraw') GROUP BY 1, 2) AS e
WHERE e."submission_id" = v."submission_id" AND e."version" = v."version";

DROP INDEX "submission_organization_id_source_system_source_id_source_v_key";
DROP INDEX "submission_replaces_id_idx";
CREATE UNIQUE INDEX "result_key" ON "result"("organization_id", "source_system", "source_id", "analysis_code", "analysis_system", "generation");
CREATE INDEX "result_head_id_idx" ON "result"("head_id");
CREATE INDEX "question_submission_id_idx" ON "question"("submission_id");
CREATE INDEX "submission_result_id_idx" ON "submission"("result_id");
CREATE INDEX "submission_organization_id_source_system_source_id_idx" ON "submission"("organization_id", "source_system", "source_id");
CREATE UNIQUE INDEX "submission_replaces_id_key" ON "submission"("replaces_id");
CREATE UNIQUE INDEX "submission_version_set_id_version_number_key" ON "submission_version"("set_id", "version_number");

ALTER TABLE "result" ADD CONSTRAINT "result_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "result" ADD CONSTRAINT "result_head_id_fkey" FOREIGN KEY ("head_id") REFERENCES "submission"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "submission" ADD CONSTRAINT "submission_result_id_fkey" FOREIGN KEY ("result_id") REFERENCES "result"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "question" ADD CONSTRAINT "question_submission_id_fkey" FOREIGN KEY ("submission_id") REFERENCES "submission"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What has a follower of its own set no longer counts.
UPDATE "submission" AS s SET "standing" = 'superseded'
WHERE EXISTS (SELECT 1 FROM "submission" AS later WHERE later."replaces_id" = s."id" AND later."phase" <> 'awaiting-final');

-- Not in schema.prisma: Prisma has no partial indexes.
-- What waits for a decision about its place among the laboratory's words is carried by no run.
DROP INDEX "submission_unfinished_id_idx";
CREATE INDEX "submission_unfinished_id_idx" ON "submission"("id") WHERE "phase" NOT IN ('awaiting-final', 'awaiting-decision', 'retained', 'cancelled', 'destroyed');
CREATE UNIQUE INDEX "question_open_key" ON "question"("submission_id", "code") WHERE "decided_at" IS NULL;
