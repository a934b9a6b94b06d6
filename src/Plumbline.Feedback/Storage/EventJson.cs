using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plumbline.Feedback.Storage;

/// <summary>The JSON of events: equal events have equal text, whatever the order in which criteria were ranked.</summary>
internal static class EventJson
{
    public const string Requested = "comparison_requested";
    public const string Ranked = "ranking_given";
    public const string Withdrawn = "request_withdrawn";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        // Text stays readable in the database; nothing of it is ever pasted into a page as it stands.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new ContentConverter() },
    };

    /// <summary>The name of an event's kind.</summary>
    public static string Kind(FeedbackEvent what) =>
        what switch
        {
            ComparisonRequested => Requested,
            RankingGiven => Ranked,
            _ => Withdrawn,
        };

    /// <summary>The event's text.</summary>
    public static string Write(FeedbackEvent what) =>
        what is RankingGiven ranking
            ? JsonSerializer.Serialize(
                ranking with
                {
                    CriterionRanks = new OrderedDictionary<string, IReadOnlyList<int>>(
                        ranking.CriterionRanks.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                    ),
                },
                Options
            )
            : JsonSerializer.Serialize(what, what.GetType(), Options);

    /// <summary>Reads an event that <see cref="Write"/> wrote, and checks it.</summary>
    /// <param name="kind">The name of its kind.</param>
    /// <param name="body">Its text.</param>
    /// <exception cref="InvalidInputException">It is not readable, or breaks a rule.</exception>
    public static FeedbackEvent Read(string kind, string body)
    {
        FeedbackEvent? what;
        try
        {
            what = kind switch
            {
                Requested => JsonSerializer.Deserialize<ComparisonRequested>(body, Options),
                Ranked => JsonSerializer.Deserialize<RankingGiven>(body, Options),
                Withdrawn => JsonSerializer.Deserialize<RequestWithdrawn>(body, Options),
                _ => throw Damaged($"is of the unknown kind '{kind}'."),
            };
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or ArgumentException)
        {
            // Half a surrogate pair in an escape is an InvalidOperationException, a key that stands twice an ArgumentException.
            throw Damaged("is not readable.", failure);
        }

        EventRules.Check(what ?? throw Damaged("is empty."));
        return what;
    }

    private static InvalidInputException Damaged(string problem, Exception? failure = null) =>
        new($"A stored event {problem}", "The store was changed by other hands: restore it from a backup.", inner: failure);
}
