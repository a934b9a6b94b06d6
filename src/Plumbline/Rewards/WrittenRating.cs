using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace Plumbline.Rewards;

/// <summary>A tenth of the rating from 0 to 10 that a judge writes at the end of its reply. A reply that holds no such rating is no judgement.</summary>
/// <param name="client">The judge; not owned.</param>
/// <param name="principles">What a good answer does, at least one.</param>
/// <param name="parallel">Answers rated at the same time.</param>
public sealed partial class WrittenRating(IChatClient client, IReadOnlyList<string> principles, int parallel)
    : JudgeReward(principles, parallel)
{
    /// <summary>Tokens of a reply at most.</summary>
    public const int MaxTokens = 256;

    private const double HighestRating = 10;

    private protected override string Reply =>
        "Say why in one sentence, then end with a line \"Rating: N\", N from 0 (not at all) to 10 (fully).";

    private protected override async Task<double?> RateAsync(ChatMessage question, CancellationToken cancellation) =>
        Rating(
            (await client.GetResponseAsync([question], new ChatOptions { Temperature = 0, MaxOutputTokens = MaxTokens }, cancellation)).Text
        );

    /// <summary>The last rating in a reply, from 0 to 1; null where there is none.</summary>
    internal static double? Rating(string reply) =>
        Ratings().Matches(reply) is { Count: > 0 } found
        && double.TryParse(found[^1].Groups[1].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rating)
        && rating <= HighestRating
            ? rating / HighestRating
            : null;

    [GeneratedRegex(
        @"rating\s*:\s*\**\s*(\d{1,2}(?:\.\d{1,4})?)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking
    )]
    private static partial Regex Ratings();
}
