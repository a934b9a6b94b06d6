using System.Diagnostics;
using Npgsql;
using Plumbline.Feedback.Tests;
using Plumbline.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Plumbline.Feedback.Tests;

/// <summary>
/// A PostgreSQL server of the tests' own, in a temporary folder and on a Unix socket in it; started when the first test asks, stopped after the last.
/// Where PostgreSQL is not installed the test is skipped; in CI (<c>CI=true</c>) it fails instead.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Role = "postgres";

    private readonly SemaphoreSlim starting = new(1, 1);
    private TemporaryFolder? folder;
    private string programs = string.Empty;
    private int databases;

    /// <summary>More options of the server's command line. The shared server is never cut off from power, so its databases need not reach the disk.</summary>
    public string Options { get; init; } = "-c fsync=off";

    /// <summary>The connection string of a new, empty database.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        await EnsureStartedAsync();
        var name = $"test{Interlocked.Increment(ref databases)}";
        await using var connection = new NpgsqlConnection(ConnectionString(Role) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    /// <summary>Stops the server as a power cut would, and starts it again.</summary>
    public async Task CrashAsync()
    {
        await RunAsync("pg_ctl", "stop", "-D", Data, "-m", "immediate");
        await StartAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (folder is not null)
        {
            await RunAsync("pg_ctl", "stop", "-D", Data, "-m", "immediate");
            folder.Dispose();
        }

        starting.Dispose();
    }

    private string Data => folder!.File("data");

    private string ConnectionString(string database) =>
        $"Host={folder!.Path};Username={Role};Database={database};Maximum Pool Size=10;Timeout=120";

    private async Task EnsureStartedAsync()
    {
        await starting.WaitAsync();
        try
        {
            if (folder is null)
            {
                programs = FindPrograms();
                folder = new TemporaryFolder();
                if (Environment.IsPrivilegedProcess)
                {
                    await StartAndWaitAsync("chown", [Role, folder.Path]);
                }

                await RunAsync("initdb", "-D", Data, "-U", Role, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync");
                await StartAsync();
            }
        }
        finally
        {
            starting.Release();
        }
    }

    private Task StartAsync() =>
        RunAsync(
            "pg_ctl",
            "start",
            "-w",
            "-D",
            Data,
            "-l",
            folder!.File("log"),
            "-o",
            $"-c listen_addresses='' -k {folder.Path} {Options}"
        );

    private static string FindPrograms()
    {
        const string Debian = "/usr/lib/postgresql";
        var found = (Directory.Exists(Debian) ? Directory.GetDirectories(Debian) : [])
            .Select(version => Path.Combine(version, "bin"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator))
            .FirstOrDefault(candidate => File.Exists(Path.Combine(candidate, "initdb")));
        if (found is null)
        {
            const string Reason = "PostgreSQL is not installed here: apt-get install postgresql.";
            Assert.False(string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.Ordinal), Reason);
            Assert.Skip(Reason);
        }

        return found;
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private Task RunAsync(string program, params string[] arguments)
    {
        var path = Path.Combine(programs, program);
        return Environment.IsPrivilegedProcess
            ? StartAndWaitAsync("runuser", ["-u", Role, "--", path, .. arguments])
            : StartAndWaitAsync(path, arguments);
    }

    private async Task StartAndWaitAsync(string program, string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder!.Path,
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} failed: {await output}{await errors}");
    }
}
