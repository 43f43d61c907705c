-- Leases are looked at every two seconds: whose holder was killed is taken over.
CREATE INDEX token_by_lease ON token (connection) WHERE lease_by IS NOT NULL;
