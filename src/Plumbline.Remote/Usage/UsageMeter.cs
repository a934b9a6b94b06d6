namespace Plumbline.Remote.Usage;

/// <summary>Counts requests, tokens and retries, and what they cost. Thread-safe.</summary>
/// <param name="promptPricePerMillion">What a million prompt tokens cost.</param>
/// <param name="completionPricePerMillion">What a million written tokens cost.</param>
public sealed class UsageMeter(double promptPricePerMillion = 0, double completionPricePerMillion = 0)
{
    private readonly Lock gate = new();
    private UsageTotals totals = new(0, 0, 0, 0, 0, 0);

    /// <summary>What was counted so far.</summary>
    public UsageTotals Totals
    {
        get
        {
            lock (gate)
            {
                return totals;
            }
        }
    }

    /// <summary>Counts an answer.</summary>
    /// <param name="promptTokens">Tokens sent; null where the server did not say.</param>
    /// <param name="completionTokens">Tokens written; null where the server did not say.</param>
    public void CountAnswer(long? promptTokens, long? completionTokens)
    {
        lock (gate)
        {
            var prompt = totals.PromptTokens + (promptTokens ?? 0);
            var completion = totals.CompletionTokens + (completionTokens ?? 0);
            totals = totals with
            {
                Answers = totals.Answers + 1,
                AnswersWithoutUsage = totals.AnswersWithoutUsage + (promptTokens is null || completionTokens is null ? 1 : 0),
                PromptTokens = prompt,
                CompletionTokens = completion,
                Cost = ((prompt * promptPricePerMillion) + (completion * completionPricePerMillion)) / 1e6,
            };
        }
    }

    /// <summary>Counts a request that is sent again.</summary>
    public void CountRetry()
    {
        lock (gate)
        {
            totals = totals with { Retries = totals.Retries + 1 };
        }
    }
}

/// <summary>What a model was used for.</summary>
/// <param name="Answers">Answers that came.</param>
/// <param name="AnswersWithoutUsage">Those whose tokens the server did not count: with any of these, tokens and cost are too low.</param>
/// <param name="PromptTokens">Tokens sent.</param>
/// <param name="CompletionTokens">Tokens written.</param>
/// <param name="Retries">Requests that were sent again.</param>
/// <param name="Cost">In the currency of the prices.</param>
public sealed record UsageTotals(
    long Answers,
    long AnswersWithoutUsage,
    long PromptTokens,
    long CompletionTokens,
    long Retries,
    double Cost
);
