using System.Globalization;
using Plumbline.Data;
using Plumbline.Testing;
using static Plumbline.Tests.Data.Rows;

namespace Plumbline.Tests.Data;

public sealed class DatasetAllocationTests
{
    private const int RowCount = 5000;

    /// <summary>
    /// Budget in bytes per row, beyond the characters of the texts: three strings (3 x 22), three contents (3 x 32), the example (96, of which its margin and its confidence 16 each),
    /// the id (88), and enumeration.
    /// </summary>
    [Theory]
    [InlineData("rows.jsonl", 376)]
    [InlineData("rows.csv", 376)]
    [InlineData("rows.jsonl.gz", 376)]
    public void A_text_preference_costs_its_texts_and_little_more(string name, int budget)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File(name);
        DatasetWriter.Write(path, Enumerable.Range(0, RowCount).Select(Example));
        var characters = Enumerable.Range(0, RowCount).Sum(i => 2L * Texts(i).Sum(text => text.Length));
        var reader = DatasetReader.Open(new DatasetOptions(path));
        _ = reader.Read().Count();
        var before = GC.GetAllocatedBytesForCurrentThread();

        var count = 0;
        foreach (var _ in reader.Read())
        {
            count++;
        }

        var overhead = (GC.GetAllocatedBytesForCurrentThread() - before - characters) / RowCount;
        Assert.Equal(RowCount, count);
        Assert.True(overhead <= budget, $"{overhead} bytes a row beyond the texts");

        static string[] Texts(int i) =>
            [$"prompt {i} \"quoted\"", $"chosen {i}\nline", $"rejected {i.ToString(CultureInfo.InvariantCulture)}"];

        static Example Example(int i) => Preference(Text(Texts(i)[0]), Text(Texts(i)[1]), Text(Texts(i)[2]));
    }
}
