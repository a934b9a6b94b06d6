using System.Text;
using Plumbline.Lineage;
using Plumbline.Testing;
using Plumbline.Tests.Runs;

namespace Plumbline.Tests.Lineage;

/// <summary>Small ledgers for tests.</summary>
internal static class Ledgers
{
    internal static Ledger Open(TemporaryFolder folder, string name = "run") => Ledger.Open(folder.File(name), new ManualClock());

    internal static Artifact Artifact(string name, params string[] madeFrom) =>
        new(
            "model",
            ArtifactId.OfText(name),
            name,
            [.. madeFrom.Select(ArtifactId.OfText)],
            new Dictionary<string, Fact> { ["key"] = $"key-{name}", ["seed"] = ulong.MaxValue }
        );

    /// <summary>A ledger of so many entries, each made from the one before.</summary>
    internal static string Chain(TemporaryFolder folder, int entries, string name = "run")
    {
        var ledger = Open(folder, name);
        for (var i = 0; i < entries; i++)
        {
            ledger.Append(i == 0 ? Artifact("0") : Artifact($"{i}", $"{i - 1}"));
        }

        return folder.File(name);
    }

    internal static string[] Lines(string folder) => File.ReadAllText(Ledger.PathIn(folder)).Split('\n')[..^1];

    internal static void WriteLines(string folder, IEnumerable<string> lines) =>
        File.WriteAllText(Ledger.PathIn(folder), string.Concat(lines.Select(line => line + "\n")));

    internal static void WriteBytes(string folder, byte[] bytes) => File.WriteAllBytes(Ledger.PathIn(folder), bytes);

    /// <summary>The line without its hash, as text.</summary>
    internal static string Body(string line) => line[..line.LastIndexOf(",\"hash\":", StringComparison.Ordinal)];

    /// <summary>A line under a hash that fits.</summary>
    internal static string Sealed(string body) => Encoding.UTF8.GetString(EntryLine.Seal(Encoding.UTF8.GetBytes(body)));
}
