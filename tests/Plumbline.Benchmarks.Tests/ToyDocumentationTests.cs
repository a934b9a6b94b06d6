using System.Globalization;
using System.Runtime.CompilerServices;
using Plumbline.Benchmarks.Toys;

namespace Plumbline.Benchmarks.Tests;

public sealed class ToyDocumentationTests
{
    [Fact]
    public void The_table_has_a_line_for_every_task_and_algorithm_over_ten_seeds()
    {
        var text = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "docs", "toys.md"));
        string[][] table =
        [
            .. text[text.IndexOf("<!-- toys -->", StringComparison.Ordinal)..]
                .Split('\n')
                .Where(line => line.StartsWith('|'))
                .Skip(2)
                .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray()),
        ];

        Assert.Equal(ToyRecipe.All.Select(recipe => (recipe.Task.Name, recipe.Algorithm)), table.Select(row => (row[0], row[1])));
        Assert.All(table, row => Assert.Equal("0 of 10", row[6]));
        Assert.All(
            table.Zip(ToyRecipe.All),
            pair => Assert.Equal(pair.Second.Task.Required, double.Parse(pair.First[5], CultureInfo.InvariantCulture))
        );
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
