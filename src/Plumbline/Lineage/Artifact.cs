using Plumbline.Runs;

namespace Plumbline.Lineage;

/// <summary>Something that was made, or came from outside, and what it was made from: a data set, a model, a batch of labels, a constitution.</summary>
/// <param name="Kind">What it is, 1 to 64 lower-case letters, digits, <c>-</c> and <c>_</c>: <c>data</c>, <c>sft</c>, <c>reward</c>, <c>critiques</c>.</param>
/// <param name="Id">What names its content, 1 to 256 characters without spaces and control characters; see <see cref="ArtifactId"/>.</param>
/// <param name="Name">What people call it, 1 to 4,096 characters.</param>
/// <param name="MadeFrom">The ids of what it was made from, at most 10,000; none for what came from outside.</param>
/// <param name="Facts">
/// What else is known, at most 256: names of 1 to 64 characters, texts of at most 16,384. <c>key</c> is another name that it can be found by,
/// <c>lineage</c> the path of its rows' lineage from the ledger's folder on (<see cref="RowLineageFile"/>), <c>lineage_sha256</c> that file's hash.
/// </param>
public sealed record Artifact(string Kind, string Id, string Name, IReadOnlyList<string> MadeFrom, IReadOnlyDictionary<string, Fact> Facts)
{
    /// <summary>The fact by which an artifact is found beside its id: the key of a pipeline's stage.</summary>
    public const string KeyFact = "key";

    /// <summary>The fact that names the file of its rows' lineage.</summary>
    public const string LineageFact = "lineage";

    /// <summary>The fact that holds that file's hash.</summary>
    public const string LineageHashFact = "lineage_sha256";

    private const int LongestKind = 64;
    private const int LongestId = 256;
    private const int LongestName = 4096;
    private const int MostParents = 10_000;
    private const int MostFacts = 256;
    private const int LongestFactName = 64;
    private const int LongestFact = 16_384;

    /// <summary>An artifact of which nothing else is known.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="id">What names its content.</param>
    /// <param name="name">What people call it.</param>
    /// <param name="madeFrom">The ids of what it was made from.</param>
    public Artifact(string kind, string id, string name, params IReadOnlyList<string> madeFrom)
        : this(kind, id, name, madeFrom, new Dictionary<string, Fact>()) { }

    /// <summary>A data set in a file, with the file of its rows' lineage where one stands beside it.</summary>
    /// <param name="ledgerFolder">The folder of the ledger that will hold it; the lineage file is named from there.</param>
    /// <param name="kind">What it is, such as <c>data</c>, <c>critiques</c> or <c>labels</c>.</param>
    /// <param name="path">The file.</param>
    /// <param name="madeFrom">The ids of what it was made from.</param>
    /// <param name="facts">What else is known; null for nothing.</param>
    /// <exception cref="InvalidInputException">A file cannot be read.</exception>
    public static Artifact OfDataSet(
        string ledgerFolder,
        string kind,
        string path,
        IReadOnlyList<string> madeFrom,
        IReadOnlyDictionary<string, Fact>? facts = null
    ) => OfDataSet(ledgerFolder, kind, InputFact.Of(path), madeFrom, facts);

    /// <summary>The same where the file is hashed already.</summary>
    /// <param name="ledgerFolder">The folder of the ledger.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="file">The file.</param>
    /// <param name="madeFrom">The ids of what it was made from.</param>
    /// <param name="facts">What else is known; null for nothing.</param>
    /// <exception cref="InvalidInputException">The lineage file cannot be read.</exception>
    public static Artifact OfDataSet(
        string ledgerFolder,
        string kind,
        InputFact file,
        IReadOnlyList<string> madeFrom,
        IReadOnlyDictionary<string, Fact>? facts = null
    )
    {
        var all = new Dictionary<string, Fact>(facts ?? new Dictionary<string, Fact>(), StringComparer.Ordinal) { ["bytes"] = file.Bytes };
        var lineage = RowLineageFile.PathOf(file.Path);
        if (File.Exists(lineage))
        {
            var named = Path.GetRelativePath(Path.GetFullPath(ledgerFolder), Path.GetFullPath(lineage));
            all[LineageFact] = named.Replace(Path.DirectorySeparatorChar, '/');
            all[LineageHashFact] = ArtifactId.OfFile(lineage);
        }

        return new Artifact(kind, ArtifactId.Of(file), Path.GetFileName(file.Path), madeFrom, all);
    }

    /// <summary>What is wrong with it; null where it can be written down.</summary>
    internal string? Problem()
    {
        if (!IsKind(Kind))
        {
            return $"A kind has 1 to {LongestKind} lower-case letters, digits, '-' and '_'.";
        }

        if (!IsId(Id) || !MadeFrom.All(IsId))
        {
            return $"An id has 1 to {LongestId} characters without spaces and control characters.";
        }

        if (Name.Length is 0 or > LongestName)
        {
            return $"A name has 1 to {LongestName} characters.";
        }

        if (MadeFrom.Count > MostParents)
        {
            return $"An artifact is made from at most {MostParents} others.";
        }

        return Facts.Count > MostFacts ? $"An artifact has at most {MostFacts} facts."
            : Facts.Any(fact => fact.Key.Length is 0 or > LongestFactName || fact.Value.Text.Length > LongestFact)
                ? $"A fact's name has 1 to {LongestFactName} characters, its text at most {LongestFact}."
            : null;
    }

    /// <summary>Whether a text can be a kind.</summary>
    internal static bool IsKind(string text) =>
        text.Length is > 0 and <= LongestKind
        && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_');

    /// <summary>Whether a text can be an id.</summary>
    internal static bool IsId(string text) =>
        text.Length is > 0 and <= LongestId
        && !text.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter) || char.IsSurrogate(letter));
}
