using System.Data.Common;

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
        await using var command = connection.Command(sql, values);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The first value of the first row; null where there is none.</summary>
    public static async Task<object?> ScalarAsync(
        this DbConnection connection,
        string sql,
        CancellationToken cancellation,
        params (string Name, object? Value)[] values
    )
    {
        await using var command = connection.Command(sql, values);
        return await command.ExecuteScalarAsync(cancellation) is { } value and not DBNull ? value : null;
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
        await using var command = connection.Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
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

    private static DbCommand Command(this DbConnection connection, string sql, (string Name, object? Value)[] values)
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
