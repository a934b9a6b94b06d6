using System.Text.RegularExpressions;
using Npgsql;

namespace Plumbline.Feedback.Storage;

/// <summary>Reads where a store is. No error repeats the location: it may hold a password.</summary>
internal static partial class StoreLocation
{
    private const string SqlitePrefix = "sqlite:";

    /// <summary>libpq's names for what the driver names otherwise; all other parameters of an address go to the driver by their own names.</summary>
    private static readonly Dictionary<string, string> DriverNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["user"] = "Username",
        ["dbname"] = "Database",
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
        ["options"] = "Options",
    };

    /// <summary>The database at a location; nothing is opened yet.</summary>
    /// <exception cref="InvalidInputException">The location is no path, address or connection string.</exception>
    public static SqlDialect Parse(string location)
    {
        if (string.IsNullOrWhiteSpace(location) || location.Contains('\0', StringComparison.Ordinal))
        {
            throw new InvalidInputException("The location of the feedback store is empty or no text.", "Give a path, such as feedback.db.");
        }

        if (Scheme().Match(location) is { Success: true, Groups: var groups })
        {
            return groups["scheme"].Value is "postgres" or "postgresql"
                ? Postgres(() => FromAddress(location[groups[0].Length..]))
                : throw new InvalidInputException(
                    $"'{groups["scheme"].Value}://' is no place for a feedback store.",
                    "Use postgresql://USER@HOST/DATABASE, or a path for SQLite."
                );
        }

        if (HostKey().IsMatch(location))
        {
            return Postgres(() => new NpgsqlConnectionStringBuilder(location));
        }

        if (OtherKey().IsMatch(location))
        {
            throw new InvalidInputException(
                "The location of the feedback store looks like a connection string without a host.",
                "Write Host=… for PostgreSQL, or a plain path for SQLite."
            );
        }

        var path = location.StartsWith(SqlitePrefix, StringComparison.OrdinalIgnoreCase) ? location[SqlitePrefix.Length..] : location;
        return path is "" or ":memory:"
            ? throw new InvalidInputException($"'{location}' names no file.", "A feedback store outlives its process: give a path.")
            : new SqliteDialect(path);
    }

    private static PostgresDialect Postgres(Func<NpgsqlConnectionStringBuilder> read)
    {
        try
        {
            return new PostgresDialect(read());
        }
        catch (Exception failure) when (failure is ArgumentException or FormatException or OverflowException or InvalidCastException)
        {
            // Neither the driver's message nor the exception itself goes out: a password that holds ; or = is quoted there as a keyword.
            throw new InvalidInputException(
                "The connection string or address of the feedback store is not one that PostgreSQL's driver reads.",
                "Quote values that hold ; or =, percent-encode them in an address, and check the names of its parameters."
            );
        }
    }

    /// <summary><c>[USER[:PASSWORD]@][HOST[:PORT][,…]][/DATABASE][?NAME=VALUE[&amp;…]]</c>, as libpq reads it.</summary>
    private static NpgsqlConnectionStringBuilder FromAddress(string address)
    {
        var settings = new NpgsqlConnectionStringBuilder();
        var (rest, query) = Cut(address, address.LastIndexOf('?'));
        if (query.Contains('@', StringComparison.Ordinal))
        {
            // A password with a question mark: what stands before it would be taken for the host, and shown.
            throw new FormatException();
        }

        var at = rest.LastIndexOf('@');
        if (at >= 0)
        {
            var (user, password) = Cut(
                rest[..at],
                rest.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon && colon < at ? colon : -1
            );
            settings.Username = Uri.UnescapeDataString(user);
            settings.Password = password.Length > 0 ? Uri.UnescapeDataString(password) : null;
            rest = rest[(at + 1)..];
        }

        var (host, database) = Cut(rest, rest.IndexOf('/', StringComparison.Ordinal));
        if (SinglePort().Match(host) is { Success: true, Groups: var port })
        {
            settings.Port = int.Parse(port["port"].ValueSpan);
            host = host[..port[0].Index];
        }

        settings.Host = host.Length > 0 ? Uri.UnescapeDataString(host).Trim('[', ']') : "localhost";
        settings.Database = database.Length > 0 ? Uri.UnescapeDataString(database) : null;
        foreach (var parameter in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Cut(parameter, parameter.IndexOf('=', StringComparison.Ordinal));
            settings[DriverNames.GetValueOrDefault(name, name)] = Uri.UnescapeDataString(value);
        }

        return settings;
    }

    /// <summary>What stands before and after a place; everything before it where there is none.</summary>
    private static (string Before, string After) Cut(string text, int at) => at < 0 ? (text, string.Empty) : (text[..at], text[(at + 1)..]);

    [GeneratedRegex(@"^(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://")]
    private static partial Regex Scheme();

    [GeneratedRegex(@"(^|;)\s*(host|server)\s*=", RegexOptions.IgnoreCase)]
    private static partial Regex HostKey();

    [GeneratedRegex(@"(^|;)\s*(password|pwd|username|user id|user|database|data source|filename)\s*=", RegexOptions.IgnoreCase)]
    private static partial Regex OtherKey();

    [GeneratedRegex(@"(?<=^[^,]*[^,:]|\]|^):(?<port>[0-9]+)$")]
    private static partial Regex SinglePort();
}
