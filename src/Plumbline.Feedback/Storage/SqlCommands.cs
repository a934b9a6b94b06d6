using System.Data.Common;
using System.Runtime.CompilerServices;

namespace Plumbline.Feedback.Storage;

/// <summary>Commands with named parameters, in one line each. A command belongs to the connection's transaction, where there is one.</summary>
internal static class SqlCommands
{
    /// <summary>Runs statements that return nothing.</summary>
    public static async Task ExecuteAsync(
        this DbConnection connection,
        string sql,
        CancellationToken cancellation,
        params (string Name, object? Value)[] values
    )
    {
        await using var command = Rented.From(connection, sql, values);
        await command.Command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The first value of the first row; null where there is none.</summary>
    public static async Task<object?> ScalarAsync(
        this DbConnection connection,
        string sql,
        CancellationToken cancellation,
        params (string Name, object? Value)[] values
    )
    {
        await using var command = Rented.From(connection, sql, values);
        return await command.Command.ExecuteScalarAsync(cancellation) is { } value and not DBNull ? value : null;
    }

    /// <summary>Every row.</summary>
    public static async Task<List<T>> QueryAsync<T>(
        this DbConnection connection,
        string sql,
        Func<DbDataReader, T> read,
        CancellationToken cancellation,
        params (string Name, object? Value)[] values
    )
    {
        await using var command = Rented.From(connection, sql, values);
        await using var reader = await command.Command.ExecuteReaderAsync(cancellation);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>The names of parameters that stand for a list: what follows IN within its brackets.</summary>
    public static string Names<T>(IReadOnlyList<T> list) => string.Join(", ", Enumerable.Range(0, list.Count).Select(i => $"@v{i}"));

    /// <summary>A list under the names of <see cref="Names"/>.</summary>
    public static (string Name, object? Value)[] Values<T>(IReadOnlyList<T> list) =>
        [.. list.Select((value, i) => ($"v{i}", (object?)value))];

    private static readonly ConditionalWeakTable<DbConnection, KeptStatements> Kept = [];

    /// <summary>
    /// Keeps what statements compile to as long as a connection lives, and runs them in a transaction from now on. Only for a connection that one caller uses at a time.
    /// </summary>
    public static void KeepStatements(this DbConnection connection, DbTransaction transaction) =>
        Kept.GetOrCreateValue(connection).Transaction = transaction;

    /// <summary>The statements of a connection, and the transaction that it is in.</summary>
    private sealed class KeptStatements
    {
        public Dictionary<string, DbCommand> Commands { get; } = new(StringComparer.Ordinal);

        public DbTransaction? Transaction { get; set; }
    }

    /// <summary>A command of a connection, which is kept or disposed of when it was used.</summary>
    private readonly struct Rented(DbCommand command, bool isKept) : IAsyncDisposable
    {
        public DbCommand Command => command;

        public static Rented From(DbConnection connection, string sql, (string Name, object? Value)[] values)
        {
            if (!Kept.TryGetValue(connection, out var kept))
            {
                return new Rented(Make(connection, sql, values), isKept: false);
            }

            if (!kept.Commands.TryGetValue(sql, out var command))
            {
                command = kept.Commands[sql] = Make(connection, sql, values);
                return new Rented(command, isKept: true);
            }

            command.Transaction = kept.Transaction;
            foreach (var (name, value) in values)
            {
                command.Parameters[name].Value = value ?? DBNull.Value;
            }

            return new Rented(command, isKept: true);
        }

        public ValueTask DisposeAsync() => isKept ? ValueTask.CompletedTask : command.DisposeAsync();

        private static DbCommand Make(DbConnection connection, string sql, (string Name, object? Value)[] values)
        {
            var command = connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, value) in values)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = name;
                parameter.Value = value ?? DBNull.Value;
                command.Parameters.Add(parameter);
            }

            return command;
        }
    }
}
