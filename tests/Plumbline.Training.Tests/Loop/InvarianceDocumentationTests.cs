using System.Globalization;
using System.Runtime.CompilerServices;

namespace Plumbline.Training.Tests.Loop;

public sealed class InvarianceDocumentationTests
{
    [Fact]
    public void The_documentation_names_a_command_that_there_is()
    {
        Assert.Contains("./bench invariance --markdown", Documentation(), StringComparison.Ordinal);
        Assert.Contains("[\"invariance\"]", File.ReadAllText(InRepository("benchmarks", "Plumbline.Benchmarks", "Program.cs")));
    }

    [Fact]
    public void The_table_has_a_figure_for_every_objective_and_every_way_that_is_explained()
    {
        var text = Documentation();
        var explained = Rows(text[..text.IndexOf("<!-- invariance -->", StringComparison.Ordinal)]).Skip(2).Select(row => row[0]);
        var table = Rows(text[text.IndexOf("<!-- invariance -->", StringComparison.Ordinal)..]);

        Assert.Equal(["objective", .. explained], table[0]);
        Assert.Equal(["SFT", "reward", "DPO", "KTO", "PPO", "GRPO", "RLOO"], table.Skip(2).Select(row => row[0]));
        Assert.All(
            table.Skip(2).SelectMany(row => row.Skip(1)),
            cell => Assert.InRange(double.Parse(cell, CultureInfo.InvariantCulture), 0, 1e-5)
        );
    }

    private static string[][] Rows(string text) =>
        [
            .. text.Split('\n')
                .Where(line => line.StartsWith('|'))
                .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray()),
        ];

    private static string Documentation() => File.ReadAllText(InRepository("docs", "invariance.md"));

    private static string InRepository(params string[] path) =>
        Path.Combine([Path.GetDirectoryName(ThisFile())!, "..", "..", "..", .. path]);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
