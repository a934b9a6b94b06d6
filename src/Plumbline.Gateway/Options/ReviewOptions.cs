using Plumbline.Configuration;

namespace Plumbline.Gateway;

/// <summary>How decisions are handed to people, and how long they can be appealed.</summary>
public sealed record ReviewOptions : IValidatedOptions
{
    /// <summary>How long handing over may take, in seconds; then the request is answered with 503, and handing over goes on.</summary>
    /// <value>10</value>
    public double TimeoutSeconds { get; init; } = 10;

    /// <summary>How many decisions may be on their way to people; more are answered with 503.</summary>
    /// <value>256</value>
    public int MaxWaiting { get; init; } = 256;

    /// <summary>How long a decision can be appealed, in hours: so long its text is kept in memory.</summary>
    /// <value>24</value>
    public double AppealHours { get; init; } = 24;

    /// <summary>How many decisions can be appealed; of more the oldest are forgotten.</summary>
    /// <value>10000</value>
    public int MaxRemembered { get; init; } = 10_000;

    /// <summary>How many characters of texts are kept for that; of more the oldest decisions are forgotten.</summary>
    /// <value>33554432</value>
    public long MaxRememberedCharacters { get; init; } = 32 << 20;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (double Value, string Option, double Least, double Most)[] ranges =
        [
            (TimeoutSeconds, nameof(TimeoutSeconds), 0.01, 3600),
            (MaxWaiting, nameof(MaxWaiting), 1, 65_536),
            (AppealHours, nameof(AppealHours), 0.01, 24 * 365),
            (MaxRemembered, nameof(MaxRemembered), 1, 10_000_000),
            (MaxRememberedCharacters, nameof(MaxRememberedCharacters), 1_000_000, 1L << 36),
        ];
        return from range in ranges
            where !(range.Value >= range.Least && range.Value <= range.Most)
            select new OptionProblem(range.Option, range.Value, $"between {range.Least} and {range.Most}");
    }
}
