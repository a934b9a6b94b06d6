using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Plumbline.Feedback.Projects;
using Plumbline.Feedback.Reviews;

namespace Plumbline.Feedback.Storage;

/// <summary>The JSON of events: equal events have equal text, whatever the order in which criteria were ranked or clauses judged.</summary>
internal static class EventJson
{
    public const string Requested = "comparison_requested";
    public const string Ranked = "ranking_given";
    public const string Taken = "request_taken";
    public const string Adjudicated = "request_adjudicated";

    private static readonly Dictionary<string, Type> Kinds = new(StringComparer.Ordinal)
    {
        [Requested] = typeof(ComparisonRequested),
        [Ranked] = typeof(RankingGiven),
        ["request_withdrawn"] = typeof(RequestWithdrawn),
        ["review_opened"] = typeof(ReviewOpened),
        ["review_taken"] = typeof(ReviewTaken),
        ["review_renewed"] = typeof(ReviewRenewed),
        ["review_returned"] = typeof(ReviewReturned),
        ["review_given"] = typeof(ReviewGiven),
        ["review_appealed"] = typeof(ReviewAppealed),
        ["review_erased"] = typeof(ReviewErased),
        ["project_opened"] = typeof(ProjectOpened),
        ["project_changed"] = typeof(ProjectChanged),
        ["member_changed"] = typeof(MemberChanged),
        [Taken] = typeof(RequestTaken),
        ["request_renewed"] = typeof(RequestRenewed),
        ["request_returned"] = typeof(RequestReturned),
        [Adjudicated] = typeof(RequestAdjudicated),
        ["requests_prioritised"] = typeof(RequestsPrioritised),
    };

    private static readonly Dictionary<Type, string> Names = Kinds.ToDictionary(kind => kind.Value, kind => kind.Key);

    /// <summary>How events are written.</summary>
    public static JsonSerializerOptions Options { get; } =
        new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            // Text stays readable in the database; nothing of it is ever pasted into a page as it stands.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters =
            {
                new ContentConverter(),
                new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false),
            },
        };

    /// <summary>The name of an event's kind.</summary>
    public static string Kind(FeedbackEvent what) => Names[what.GetType()];

    /// <summary>The event's text.</summary>
    public static string Write(FeedbackEvent what) => JsonSerializer.Serialize(Ordered(what), what.GetType(), Options);

    /// <summary>Reads an event that <see cref="Write"/> wrote, and checks it.</summary>
    /// <param name="kind">The name of its kind.</param>
    /// <param name="body">Its text.</param>
    /// <exception cref="InvalidInputException">It is not readable, or breaks a rule.</exception>
    public static FeedbackEvent Read(string kind, string body)
    {
        var type = Kinds.GetValueOrDefault(kind) ?? throw Damaged($"is of the unknown kind '{kind}'.");
        FeedbackEvent? what;
        try
        {
            what = (FeedbackEvent?)JsonSerializer.Deserialize(body, type, Options);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or ArgumentException)
        {
            // Half a surrogate pair in an escape is an InvalidOperationException, a key that stands twice an ArgumentException.
            throw Damaged("is not readable.", failure);
        }

        EventRules.Check(what ?? throw Damaged("is empty."));
        return what;
    }

    private static FeedbackEvent Ordered(FeedbackEvent what) =>
        what switch
        {
            RankingGiven ranking => ranking with
            {
                CriterionRanks = Ordered(ranking.CriterionRanks),
                Answers = [.. ranking.Answers.Select(answer => answer with { Ratings = Ordered(answer.Ratings) })],
                Turns = [.. ranking.Turns.Select(turn => turn with { Ratings = Ordered(turn.Ratings) })],
            },
            ReviewOpened opened => opened with { Facts = opened.Facts with { Detectors = Ordered(opened.Facts.Detectors) } },
            ReviewGiven given => given with { Judgement = given.Judgement with { Clauses = Ordered(given.Judgement.Clauses) } },
            _ => what,
        };

    private static OrderedDictionary<string, T> Ordered<T>(IReadOnlyDictionary<string, T> values) =>
        new(values.OrderBy(pair => pair.Key, StringComparer.Ordinal));

    private static InvalidInputException Damaged(string problem, Exception? failure = null) =>
        new($"A stored event {problem}", "The store was changed by other hands: restore it from a backup.", inner: failure);
}
