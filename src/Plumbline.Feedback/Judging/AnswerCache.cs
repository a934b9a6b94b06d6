using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace Plumbline.Feedback.Judging;

/// <summary>
/// What models answered, kept under the hash of what they were asked: nothing is asked, or paid for, twice, and a run that ended goes on where it was. A file for the processes of one
/// machine; every answer stands in it before it is used. Thread-safe.
/// </summary>
public sealed class AnswerCache : IDisposable
{
    /// <summary>How long a writer of another process is waited for, in milliseconds.</summary>
    private const int LongestWait = 30_000;

    private readonly SqliteConnection connection;
    private readonly SqliteCommand find;
    private readonly SqliteCommand add;
    private readonly Lock gate = new();

    private AnswerCache(SqliteConnection connection)
    {
        this.connection = connection;
        find = Prepared("SELECT answer FROM answers WHERE question = $question", "$question");
        add = Prepared("INSERT INTO answers VALUES ($question, $answer) ON CONFLICT DO NOTHING", "$question", "$answer");
    }

    /// <summary>Opens a cache, which is made where it is missing.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">The file cannot be opened, or is no cache.</exception>
    public static AnswerCache Open(string path)
    {
        var opened = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = Path.GetFullPath(path), Pooling = false }.ToString()
        );
        try
        {
            opened.Open();
            // A power cut may lose the last answers, which are asked for again; a killed process loses none.
            Execute(opened, $"PRAGMA busy_timeout = {LongestWait}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
            Execute(opened, "CREATE TABLE IF NOT EXISTS answers (question BLOB PRIMARY KEY, answer TEXT NOT NULL) WITHOUT ROWID");
            return new AnswerCache(opened);
        }
        catch (SqliteException failure)
        {
            opened.Dispose();
            throw new InvalidInputException(
                $"The cache of answers cannot be opened: {failure.Message}",
                "Give a file on a local disk that a cache may be made in, or delete a damaged one: its answers are asked for again.",
                new InputPosition(path),
                failure
            );
        }
    }

    /// <summary>The answer to a question; null where it was never asked.</summary>
    /// <param name="question">All that decides the answer.</param>
    public JsonNode? Find(JsonNode question)
    {
        lock (gate)
        {
            find.Parameters[0].Value = Key(question);
            return find.ExecuteScalar() is string answer ? JsonNode.Parse(answer) : null;
        }
    }

    /// <summary>Keeps an answer. Where another process was first, its answer stands.</summary>
    /// <param name="question">All that decides the answer.</param>
    /// <param name="answer">The answer.</param>
    public void Add(JsonNode question, JsonNode answer)
    {
        lock (gate)
        {
            add.Parameters[0].Value = Key(question);
            add.Parameters[1].Value = answer.ToJsonString();
            add.ExecuteNonQuery();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        find.Dispose();
        add.Dispose();
        connection.Dispose();
    }

    private SqliteCommand Prepared(string sql, params IEnumerable<string> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        return command;
    }

    private static byte[] Key(JsonNode question) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(question.ToJsonString()));

    private static void Execute(SqliteConnection on, string sql)
    {
        using var command = on.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
