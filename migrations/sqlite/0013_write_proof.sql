-- One row that `/readyz` writes to prove that the database takes writes.

CREATE TABLE write_proof (
    id BIGINT NOT NULL CONSTRAINT write_proof_id PRIMARY KEY,
    proven BIGINT NOT NULL
);
