using System.Runtime.CompilerServices;
using Plumbline.Training.Losses;

namespace Plumbline.Training.Tests.Losses;

public sealed class LossDocumentationTests
{
    private const string Marker = "<!-- Everything below is what `plumb losses --markdown` prints. -->\n\n";

    [Fact]
    public void The_tables_in_the_documentation_are_those_of_the_registered_losses()
    {
        var parts = Documentation().Split(Marker);

        Assert.Equal(2, parts.Length);
        Assert.True(
            parts[1] == OwnTables(),
            "docs/losses.md is out of date: put what ./plumb losses --markdown prints below the comment that says so, and nothing else."
        );
    }

    [Fact]
    public void The_example_in_the_documentation_is_the_one_that_is_compiled_here()
    {
        var compiled = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "HuberPreferenceLoss.cs"));
        var code = compiled[compiled.IndexOf("public static class", StringComparison.Ordinal)..];

        Assert.Contains($"```csharp\n{code}```", Documentation(), StringComparison.Ordinal);
    }

    [Fact]
    public void Formulas_and_sources_do_not_break_the_tables()
    {
        Assert.All(
            OwnTables().Split('\n').Where(line => line.StartsWith('|')),
            row => Assert.Equal(6, row.Replace("\\|", string.Empty, StringComparison.Ordinal).Count(character => character == '|'))
        );
    }

    /// <summary>The tables without losses that other tests registered.</summary>
    private static string OwnTables() =>
        string.Join('\n', LossTable.Markdown().Split('\n').Where(line => !line.StartsWith("| `huber`", StringComparison.Ordinal)));

    private static string Documentation() =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "docs", "losses.md"));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
