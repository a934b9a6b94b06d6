using Plumbline.Data;

namespace Plumbline.Feedback.Exchange;

/// <summary>What the rows of a file are from which tasks are brought into a project.</summary>
public enum ImportLayout
{
    /// <summary>Rows of our own, in jsonl or json; see <see cref="TaskImport"/>.</summary>
    Tasks,

    /// <summary>Any data set that <see cref="DatasetReader"/> recognises and that has answers: rankings, pairs, OpenAssistant's trees, prompts with one answer.</summary>
    DataSet,

    /// <summary>
    /// Argilla's records with all their parts. Two layouts are read: that of records of <c>FeedbackDataset</c> (1.x: <c>fields</c>, and <c>responses</c> as a list of <c>user_id</c>, <c>values</c> by question and
    /// <c>status</c>; src/argilla/client/feedback/schemas/responses.py of argilla-io/argilla), and that of <c>dataset.records.to_json</c> and <c>to_list</c> (2.x: <c>responses</c> as lists of <c>value</c> and
    /// <c>user_id</c> by question; argilla/src/argilla/records/_resource.py there). Rankings, ratings, labels and texts become votes; suggestions, which are a model's, are not read.
    /// </summary>
    Argilla,

    /// <summary>
    /// Label Studio's tasks with their annotations, exported as JSON (labelstud.io/guide/task_format). Results of the types <c>ranker</c> (an order, or buckets: labelstud.io/tags/ranker and
    /// labelstud.io/templates/generative-llm-ranker), <c>pairwise</c>, <c>rating</c>, <c>number</c>, <c>choices</c> and <c>textarea</c> become votes; predictions, which are a model's, are not read.
    /// </summary>
    LabelStudio,
}

/// <summary>From which file tasks are brought into a project, and how.</summary>
/// <param name="Path">The file: jsonl or json, of data sets also csv and tsv; each also gzipped. Pictures lie beside it or below.</param>
public sealed record ImportOptions(string Path)
{
    /// <summary>What the rows are; null: recognised from the first ones.</summary>
    /// <value>Null by default.</value>
    public ImportLayout? Layout { get; init; }

    /// <summary>Whether the first row or vote that cannot be used ends the import with an error, instead of being left out and counted. What was stored before it stays.</summary>
    /// <value>False by default.</value>
    public bool Strict { get; init; }

    /// <summary>The longest row in bytes, as <see cref="DatasetOptions.MaxRowBytes"/>.</summary>
    /// <value>16,777,216 (16 MiB) by default.</value>
    public int MaxRowBytes { get; init; } = 16 << 20;

    /// <summary>How many rankings a task takes beyond the votes that are imported with it, 0 to 10,000, where its row does not say it; null: as many as the project wants.</summary>
    /// <value>Null by default.</value>
    /// <exception cref="InvalidInputException">The value is outside the range.</exception>
    public int? RankingsWanted
    {
        get;
        init =>
            field = value is null or (>= 0 and <= FeedbackLimits.MostRankings)
                ? value
                : throw new InvalidInputException(
                    $"rankings_wanted is {value}; it must lie between 0 and {FeedbackLimits.MostRankings}.",
                    "Leave it out to want as many as the project does."
                );
    }

    /// <summary>
    /// Whether the order that rows of a data set or of our own state (ranks, chosen and rejected, OpenAssistant's ranks) becomes a vote of <see cref="Rater"/>. The answers never stand in that order.
    /// </summary>
    /// <value>False by default.</value>
    public bool RanksAsVotes { get; init; }

    /// <summary>
    /// Whose votes those are that a file gives to nobody, and what stands before the rater's id in votes of Argilla and Label Studio; null: <c>oasst</c>, <c>argilla</c>, <c>label-studio</c>, and <c>file</c>
    /// for all others.
    /// </summary>
    /// <value>Null by default.</value>
    public string? Rater { get; init; }

    /// <summary>The file's own column names in a data set, as <see cref="DatasetOptions.Columns"/>.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// The fields (Argilla) or data (Label Studio) that make the prompt, joined by blank lines; empty: of Argilla all that are no answers, of Label Studio the one with a usual name.
    /// </summary>
    /// <value>Empty by default.</value>
    public IReadOnlyList<string> PromptFields { get; init; } = [];

    /// <summary>
    /// The fields (Argilla) or data (Label Studio) that are the answers, the left one of a pair first, or Label Studio's one list of items; empty: those with usual names, such as <c>response1</c>,
    /// <c>answer_b</c>, <c>chosen</c> or a list of items, and those that a ranking names.
    /// </summary>
    /// <value>Empty by default.</value>
    public IReadOnlyList<string> AnswerFields { get; init; } = [];

    /// <summary>Label Studio's buckets, the best first: answers of one bucket are tied. Empty: answers in several buckets are not ranked, and the bucket is a flag.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyList<string> BucketOrder { get; init; } = [];

    /// <summary>Argilla's questions that are answered by a label: an export does not tell them from texts. Their labels become flags <c>QUESTION=LABEL</c>.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyList<string> LabelQuestions { get; init; } = [];
}
