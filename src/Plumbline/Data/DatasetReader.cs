using System.Text.Json;
using Plumbline.Data.Layouts;
using Plumbline.Data.Rows;

namespace Plumbline.Data;

/// <summary>
/// Reads training data of every common layout, row by row in constant memory: jsonl, json, csv and tsv, plain or gzipped. Rows that cannot be
/// used are counted in <see cref="Report"/>. Each call of a read method reads the file anew from its start. Not thread-safe.
/// </summary>
public sealed class DatasetReader
{
    private readonly DatasetOptions options;
    private readonly DatasetFile file;
    private readonly ColumnNames names;
    private RowTally tally;

    private DatasetReader(DatasetOptions options, DatasetFile file, ColumnNames names, DatasetShape shape)
    {
        this.options = options;
        this.file = file;
        this.names = names;
        Shape = shape;
        tally = new RowTally(options.Path, options.Strict);
    }

    /// <summary>The layout of the rows: as the options say, or as recognised from the first rows.</summary>
    public DatasetShape Shape { get; }

    /// <summary>What came of the latest reading, complete once it was enumerated to its end.</summary>
    public DatasetReport Report => tally.Report();

    /// <summary>Recognises a file's format and the shape of its rows.</summary>
    /// <exception cref="InvalidInputException">
    /// There is no such file, it is empty, damaged at its start, of a format that is not read, or its rows have no known shape.
    /// </exception>
    public static DatasetReader Open(DatasetOptions options)
    {
        var columns = new ColumnNames(options.Columns);
        var recognised = DatasetFile.Recognise(options.Path);
        return new DatasetReader(options, recognised, columns, options.Shape ?? Detect(options, recognised, columns));
    }

    /// <summary>Every example, in the file's order.</summary>
    /// <exception cref="InvalidInputException">
    /// No row is good; the gzip data ends early or is damaged; or, in strict mode, a row is bad. Thrown while enumerating, at the place reached.
    /// </exception>
    public IEnumerable<Example> Read() => ReadRows().Select(read => read.Example);

    /// <summary>Every example with the line, from 1, on which its row begins.</summary>
    /// <exception cref="InvalidInputException">As <see cref="Read"/>.</exception>
    public IEnumerable<(Example Example, long Line)> ReadWithLines() => ReadRows().Select(read => (read.Example, read.Row.Line));

    /// <summary>Preference pairs: the rows of a preference data set, or the pairs that rankings hold.</summary>
    /// <param name="pairing">Which pairs to take from a ranking.</param>
    /// <exception cref="InvalidInputException">The data set holds no preferences; or as <see cref="Read"/>.</exception>
    public IEnumerable<PreferenceExample> ReadPreferences(RankingPairs pairing = RankingPairs.All) =>
        Convert("preference pairs", example => ExampleConversions.Preferences(example, pairing));

    /// <summary>As <see cref="ReadPreferences"/>, each pair with what else its row says, as <see cref="ReadPrompts"/> gives it.</summary>
    /// <param name="pairing">Which pairs to take from a ranking.</param>
    /// <exception cref="InvalidInputException">The data set holds no preferences; or as <see cref="Read"/>.</exception>
    public IEnumerable<(PreferenceExample Pair, IReadOnlyDictionary<string, JsonElement> Columns)> ReadPreferenceRows(
        RankingPairs pairing = RankingPairs.All
    )
    {
        var columns = OtherColumns();
        foreach (var (example, row, source) in ReadRows())
        {
            var own = ColumnsOf(example, row, source, columns);
            foreach (var pair in ExampleConversions.Preferences(example, pairing) ?? throw HoldsNo("preference pairs"))
            {
                yield return (pair, own);
            }
        }
    }

    /// <summary>Answers with a label: the rows of an unpaired data set, or both answers of each preference.</summary>
    /// <exception cref="InvalidInputException">The data set holds no judged answers; or as <see cref="Read"/>.</exception>
    public IEnumerable<UnpairedPreferenceExample> ReadUnpairedPreferences() => Convert("labelled answers", ExampleConversions.Unpaired);

    /// <summary>Prompts with the answer to learn: the rows of such a data set, or the preferred answers.</summary>
    /// <exception cref="InvalidInputException">The data set holds no prompts with answers; or as <see cref="Read"/>.</exception>
    public IEnumerable<PromptCompletionExample> ReadPromptCompletions() =>
        Convert("prompts with answers", ExampleConversions.PromptCompletions);

    /// <summary>
    /// The prompts of any data set that has them, each once: where several rows ask the same, the first one's columns count. The prompt of a conversation is all of
    /// it up to the last turn of the user; one in which no user speaks gives none.
    /// </summary>
    /// <remarks>
    /// <see cref="PromptExample.Columns"/> holds the row's other columns: all but those that hold prompt, conversation or judged answers, under the file's own names,
    /// and where a row has one answer to learn, its text as <c>completion</c>. Nulls and empty csv fields are no columns; csv has only text. At most 64 KiB of names
    /// and values are kept for a row, and <see cref="DatasetReport.ColumnsLeftOut"/> counts what is past that. The ids of all prompts seen are kept while reading.
    /// </remarks>
    /// <exception cref="InvalidInputException">The data set has no prompts; or as <see cref="Read"/>.</exception>
    public IEnumerable<PromptExample> ReadPrompts()
    {
        const string wanted = "prompts";
        var columns = OtherColumns();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (example, row, source) in ReadRows())
        {
            foreach (var prompt in ExampleConversions.Prompts(example) ?? throw HoldsNo(wanted))
            {
                if (seen.Add(prompt.Id))
                {
                    yield return prompt with
                    {
                        Columns = ColumnsOf(example, row, source, columns),
                    };
                }
            }
        }

        if (seen.Count == 0)
        {
            throw HoldsNo(wanted);
        }
    }

    private static DatasetShape Detect(DatasetOptions options, DatasetFile file, ColumnNames names)
    {
        using var source = file.OpenRows(names, options.MaxRowBytes);
        return ShapeDetector.Detect(options.Path, source, names, new RowTally(options.Path, options.Strict));
    }

    private IEnumerable<T> Convert<T>(string wanted, Func<Example, IEnumerable<T>?> convert)
    {
        foreach (var example in Read())
        {
            foreach (var one in convert(example) ?? throw HoldsNo(wanted))
            {
                yield return one;
            }
        }
    }

    private InvalidInputException HoldsNo(string wanted) =>
        new(
            $"the rows have the shape {Shape}, which holds no {wanted}.",
            "Give another data set, or name its shape and columns in the options.",
            new InputPosition(options.Path)
        );

    private RowColumns OtherColumns() => new(PromptColumns.UsedBy(Shape).Select(column => names[column]).ToHashSet(StringComparer.Ordinal));

    private IReadOnlyDictionary<string, JsonElement> ColumnsOf(Example example, Row row, RowSource source, RowColumns columns)
    {
        if (PromptColumns.AnswerOf(example) is { } answer)
        {
            columns.AddOwn(PromptColumns.Answer, answer);
        }

        source.AddColumns(row, columns);
        tally.ColumnsLeftOut = columns.LeftOut;
        return columns.Take();
    }

    /// <summary>Every example with the row it came from, which is valid until the next one.</summary>
    private IEnumerable<(Example Example, Row Row, RowSource Source)> ReadRows()
    {
        var counts = new RowTally(options.Path, options.Strict);
        tally = counts;
        using var source = file.OpenRows(names, options.MaxRowBytes);
        using var layout = RowLayout.For(Shape);
        var row = new Row(names);
        var examples = new List<Example>();
        while (source.Next(row, out var fault))
        {
            counts.See(row.Line, fault ?? layout.Read(row, examples));
            foreach (var example in examples)
            {
                counts.Examples++;
                yield return (example, row, source);
                if (counts.Examples == options.Limit)
                {
                    yield break;
                }
            }

            examples.Clear();
        }

        if (!counts.AnyGood)
        {
            throw counts.NothingGood();
        }
    }
}
