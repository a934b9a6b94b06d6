using System.Data.Common;
using System.Security.Cryptography;

namespace Plumbline.Feedback.Storage;

/// <summary>The tables, and how older ones become today's.</summary>
internal static class StoreSchema
{
    /// <summary>
    /// What makes version n+1 of version n. Stored steps never change; a new one is added. Version 0 is a database without a store. BINARY_TYPE is the dialect's type of bytes.
    /// </summary>
    private static readonly IReadOnlyList<string> Steps =
    [
        """
            CREATE TABLE feedback_store (
                last_sequence BIGINT NOT NULL,
                salt TEXT NOT NULL
            );
            CREATE TABLE feedback_events (
                sequence BIGINT PRIMARY KEY,
                client_key TEXT NOT NULL UNIQUE,
                time_ms BIGINT NOT NULL,
                kind TEXT NOT NULL,
                request BIGINT NOT NULL REFERENCES feedback_events (sequence),
                rater TEXT,
                body TEXT NOT NULL,
                UNIQUE (request, rater)
            );
            CREATE INDEX feedback_rankings ON feedback_events (sequence) WHERE kind = 'ranking_given';
            CREATE TABLE feedback_requests (
                request BIGINT PRIMARY KEY REFERENCES feedback_events (sequence),
                priority DOUBLE PRECISION NOT NULL,
                wanted BIGINT NOT NULL,
                given BIGINT NOT NULL,
                state TEXT NOT NULL
            );
            CREATE INDEX feedback_open_requests ON feedback_requests (priority DESC, request) WHERE state = 'open';
            CREATE TABLE feedback_votes (
                sequence BIGINT NOT NULL REFERENCES feedback_events (sequence),
                criterion TEXT NOT NULL,
                PRIMARY KEY (sequence, criterion)
            );
            """,
        """
            CREATE TABLE feedback_review_cases (
                review_case BIGINT PRIMARY KEY REFERENCES feedback_events (sequence),
                decision TEXT NOT NULL UNIQUE,
                reason TEXT NOT NULL,
                part TEXT NOT NULL,
                language TEXT,
                priority DOUBLE PRECISION NOT NULL,
                deadline_ms BIGINT,
                state TEXT NOT NULL,
                instance BIGINT NOT NULL,
                wanted BIGINT NOT NULL,
                given BIGINT NOT NULL,
                queued_ms BIGINT NOT NULL,
                decided_ms BIGINT,
                holder TEXT,
                held_until_ms BIGINT,
                erased BIGINT NOT NULL
            );
            CREATE INDEX feedback_review_open ON feedback_review_cases (priority DESC, review_case) WHERE state = 'open';
            CREATE INDEX feedback_review_disputed ON feedback_review_cases (priority DESC, review_case) WHERE state = 'disputed';
            CREATE INDEX feedback_review_states ON feedback_review_cases (state, review_case);
            CREATE INDEX feedback_review_holders ON feedback_review_cases (holder) WHERE holder IS NOT NULL;
            CREATE INDEX feedback_review_erasable ON feedback_review_cases (decided_ms) WHERE state = 'decided' AND erased = 0;
            CREATE TABLE feedback_review_clauses (
                review_case BIGINT NOT NULL REFERENCES feedback_review_cases (review_case),
                clause TEXT NOT NULL,
                flagged BIGINT NOT NULL,
                broken BIGINT,
                PRIMARY KEY (review_case, clause)
            );
            CREATE TABLE feedback_review_judgements (
                sequence BIGINT PRIMARY KEY REFERENCES feedback_events (sequence),
                review_case BIGINT NOT NULL REFERENCES feedback_review_cases (review_case),
                instance BIGINT NOT NULL,
                role TEXT NOT NULL,
                reviewer TEXT NOT NULL,
                settles BIGINT NOT NULL,
                UNIQUE (review_case, reviewer)
            );
            CREATE INDEX feedback_review_results ON feedback_review_judgements (sequence) WHERE settles = 1;
            CREATE TABLE feedback_review_texts (
                sequence BIGINT PRIMARY KEY REFERENCES feedback_events (sequence),
                review_case BIGINT NOT NULL REFERENCES feedback_review_cases (review_case),
                nonce TEXT NOT NULL,
                body TEXT NOT NULL
            );
            CREATE INDEX feedback_review_written ON feedback_review_texts (review_case);
            """,
        """
            CREATE TABLE feedback_projects (
                project BIGINT PRIMARY KEY REFERENCES feedback_events (sequence),
                name TEXT NOT NULL UNIQUE,
                settings TEXT NOT NULL
            );
            CREATE TABLE feedback_members (
                project BIGINT NOT NULL,
                member TEXT NOT NULL,
                role TEXT NOT NULL,
                PRIMARY KEY (project, member)
            );
            CREATE INDEX feedback_memberships ON feedback_members (member);
            ALTER TABLE feedback_requests ADD COLUMN project BIGINT NOT NULL DEFAULT 0;
            ALTER TABLE feedback_requests ADD COLUMN slice BIGINT NOT NULL DEFAULT 0;
            ALTER TABLE feedback_requests ADD COLUMN harms TEXT NOT NULL DEFAULT '';
            ALTER TABLE feedback_requests ADD COLUMN place DOUBLE PRECISION NOT NULL DEFAULT 0;
            ALTER TABLE feedback_requests ADD COLUMN free BIGINT NOT NULL DEFAULT 0;
            UPDATE feedback_requests SET place = priority, free = CASE WHEN state = 'open' THEN wanted - given ELSE 0 END;
            CREATE INDEX feedback_free_requests ON feedback_requests (project, slice, harms, place DESC, request)
                WHERE state = 'open' AND free > 0;
            CREATE INDEX feedback_disputed_requests ON feedback_requests (project, request) WHERE state = 'disputed';
            CREATE TABLE feedback_harms (
                project BIGINT NOT NULL,
                harms TEXT NOT NULL,
                PRIMARY KEY (project, harms)
            );
            INSERT INTO feedback_harms (project, harms) SELECT DISTINCT project, harms FROM feedback_requests;
            CREATE TABLE feedback_assignments (
                rater TEXT NOT NULL,
                request BIGINT NOT NULL REFERENCES feedback_requests (request),
                project BIGINT NOT NULL,
                state TEXT NOT NULL,
                sequence BIGINT NOT NULL REFERENCES feedback_events (sequence),
                at_ms BIGINT NOT NULL,
                until_ms BIGINT,
                shown TEXT,
                harmful BIGINT NOT NULL,
                PRIMARY KEY (rater, request)
            );
            CREATE INDEX feedback_leases ON feedback_assignments (until_ms) WHERE state = 'taken';
            CREATE INDEX feedback_holders ON feedback_assignments (rater, project) WHERE state = 'taken';
            CREATE INDEX feedback_history ON feedback_assignments (rater, state, sequence);
            CREATE INDEX feedback_exposures ON feedback_assignments (rater, at_ms) WHERE harmful = 1;
            INSERT INTO feedback_assignments (rater, request, project, state, sequence, at_ms, harmful)
                SELECT e.rater, e.request, 0, 'given', e.sequence, e.time_ms, 0 FROM feedback_events e WHERE e.kind = 'ranking_given';
            CREATE TABLE feedback_drafts (
                rater TEXT NOT NULL,
                request BIGINT NOT NULL REFERENCES feedback_requests (request),
                saved_ms BIGINT NOT NULL,
                body TEXT NOT NULL,
                PRIMARY KEY (rater, request)
            );
            CREATE TABLE feedback_accounts (
                account TEXT PRIMARY KEY,
                name TEXT NOT NULL UNIQUE,
                stamp TEXT NOT NULL,
                body TEXT NOT NULL
            );
            CREATE TABLE feedback_logins (
                provider TEXT NOT NULL,
                subject TEXT NOT NULL,
                account TEXT NOT NULL REFERENCES feedback_accounts (account),
                PRIMARY KEY (provider, subject)
            );
            CREATE TABLE feedback_grants (
                hash TEXT PRIMARY KEY,
                kind TEXT NOT NULL,
                account TEXT,
                expires_ms BIGINT NOT NULL,
                made_ms BIGINT NOT NULL,
                used_ms BIGINT,
                uses BIGINT NOT NULL DEFAULT 0,
                body TEXT NOT NULL
            );
            CREATE TABLE feedback_keys (
                name TEXT PRIMARY KEY,
                value TEXT NOT NULL
            );
            CREATE TABLE feedback_pictures (
                address TEXT PRIMARY KEY,
                media TEXT NOT NULL,
                content BINARY_TYPE NOT NULL
            );
            """,
    ];

    /// <summary>The version that this code reads and writes.</summary>
    public static int Version => Steps.Count;

    /// <summary>Brings the store to today's version; where two processes try, the second finds it done.</summary>
    /// <exception cref="InvalidInputException">The store is of a later version.</exception>
    public static async Task MigrateAsync(SqlDialect dialect, DbConnection connection, CancellationToken cancellation)
    {
        await using var transaction = await dialect.BeginMigrationAsync(connection, cancellation);
        await connection.ExecuteAsync("CREATE TABLE IF NOT EXISTS feedback_schema (version BIGINT NOT NULL)", cancellation);
        var version = (long)(await connection.ScalarAsync("SELECT MAX(version) FROM feedback_schema", cancellation) ?? 0L);
        if (version > Version || version < 0)
        {
            throw new InvalidInputException(
                $"The feedback store is of version {version}; this program knows versions up to {Version}.",
                "Use the newer program that wrote it.",
                new InputPosition(dialect.Location)
            );
        }

        for (var next = (int)version; next < Version; next++)
        {
            await connection.ExecuteAsync(Steps[next].Replace("BINARY_TYPE", dialect.BinaryType, StringComparison.Ordinal), cancellation);
            if (next == 0)
            {
                await connection.ExecuteAsync(dialect.RefuseChanges, cancellation);
                await connection.ExecuteAsync(
                    "INSERT INTO feedback_store (last_sequence, salt) VALUES (0, @salt)",
                    cancellation,
                    ("salt", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)))
                );
            }
        }

        if (version < Version)
        {
            await connection.ExecuteAsync("DELETE FROM feedback_schema", cancellation);
            await connection.ExecuteAsync(
                "INSERT INTO feedback_schema (version) VALUES (@version)",
                cancellation,
                ("version", (long)Version)
            );
        }

        await transaction.CommitAsync(CancellationToken.None);
    }
}
