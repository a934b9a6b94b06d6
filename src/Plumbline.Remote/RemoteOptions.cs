using Plumbline.Configuration;

namespace Plumbline.Remote;

/// <summary>Where a remote model is, and how patiently and how widely it is asked.</summary>
public sealed record RemoteOptions : IValidatedOptions
{
    /// <summary>The address up to the version: <c>http://localhost:8000/v1</c>.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The model's name at that address.</summary>
    public required string Model { get; init; }

    /// <summary>The environment variable that holds the API key; the key itself is never an option, so it is in no file and no run's record.</summary>
    /// <value>null: no key is sent</value>
    public string? ApiKeyVariable { get; init; }

    /// <summary>How long one request may take in all, retries included, in seconds; of a stream, how long between two pieces.</summary>
    /// <value>600</value>
    public double TimeoutSeconds { get; init; } = 600;

    /// <summary>Requests on their way at a time; more wait.</summary>
    /// <value>8</value>
    public int MaxConcurrentRequests { get; init; } = 8;

    /// <summary>How often a request is tried again after a refused connection, 429 or 503. Nothing else is: an answer may have been paid for.</summary>
    /// <value>5</value>
    public int MaxRetries { get; init; } = 5;

    /// <summary>The wait before the first retry, in seconds; it doubles each time, with jitter. What the server asks for (Retry-After) goes before it.</summary>
    /// <value>1</value>
    public double RetryDelaySeconds { get; init; } = 1;

    /// <summary>The longest wait before a retry, in seconds. A server that asks for more is not waited for.</summary>
    /// <value>60</value>
    public double LongestRetryDelaySeconds { get; init; } = 60;

    /// <summary>What a million prompt tokens cost.</summary>
    /// <value>0</value>
    public double PromptPricePerMillion { get; init; }

    /// <summary>What a million written tokens cost.</summary>
    /// <value>0</value>
    public double CompletionPricePerMillion { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object? Value, string Range)[] checks =
        [
            (
                Uri.TryCreate(Endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0,
                nameof(Endpoint),
                Endpoint,
                "an http or https address without a user name"
            ),
            (!string.IsNullOrWhiteSpace(Model), nameof(Model), Model, "a model's name"),
            (ApiKeyVariable is null || ApiKeyVariable.Trim().Length > 0, nameof(ApiKeyVariable), ApiKeyVariable, "an environment variable"),
            (TimeoutSeconds is > 0 and <= 86_400, nameof(TimeoutSeconds), TimeoutSeconds, "above 0 and at most 86400"),
            (MaxConcurrentRequests is >= 1 and <= 4096, nameof(MaxConcurrentRequests), MaxConcurrentRequests, "between 1 and 4096"),
            (MaxRetries is >= 0 and <= 100, nameof(MaxRetries), MaxRetries, "between 0 and 100"),
            (RetryDelaySeconds is > 0 and <= 3600, nameof(RetryDelaySeconds), RetryDelaySeconds, "above 0 and at most 3600"),
            (
                LongestRetryDelaySeconds >= RetryDelaySeconds && LongestRetryDelaySeconds <= 86_400,
                nameof(LongestRetryDelaySeconds),
                LongestRetryDelaySeconds,
                "at least retry_delay_seconds and at most 86400"
            ),
            (PromptPricePerMillion is >= 0 and < 1e9, nameof(PromptPricePerMillion), PromptPricePerMillion, "0 or more"),
            (CompletionPricePerMillion is >= 0 and < 1e9, nameof(CompletionPricePerMillion), CompletionPricePerMillion, "0 or more"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
