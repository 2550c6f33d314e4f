-- Documents that may be in force at the registry and must not be; rare, and gone again once that is settled.
CREATE TABLE "leftover" (
    "document_id" UUID NOT NULL,
    "submission_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "looked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "leftover_pkey" PRIMARY KEY ("document_id")
);
ALTER TABLE "leftover" ADD CONSTRAINT "leftover_submission_id_fkey" FOREIGN KEY ("submission_id") REFERENCES "submission"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
