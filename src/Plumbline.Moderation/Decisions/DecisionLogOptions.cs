using Plumbline.Configuration;

namespace Plumbline.Moderation.Decisions;

/// <summary>How a decision log is cut into files, and how much may wait to be written.</summary>
public sealed record DecisionLogOptions : IValidatedOptions
{
    /// <summary>Bytes of the largest segment. A record that is larger by itself has a segment of its own.</summary>
    /// <value>67108864 (64 MiB)</value>
    public int SegmentBytes { get; init; } = 64 << 20;

    /// <summary>How many decisions may wait to be written; whoever brings another one waits until there is room.</summary>
    /// <value>1024</value>
    public int QueueCapacity { get; init; } = 1024;

    /// <summary>How long opening waits for another process that has the log open, in seconds.</summary>
    /// <value>10</value>
    public double LockSeconds { get; init; } = 10;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object? Value, string Range)[] checks =
        [
            (SegmentBytes is >= 1 << 10 and <= 1 << 30, nameof(SegmentBytes), SegmentBytes, "between 1024 and 1073741824"),
            (QueueCapacity is >= 1 and <= 65_536, nameof(QueueCapacity), QueueCapacity, "between 1 and 65536"),
            (LockSeconds is >= 0 and <= 3600, nameof(LockSeconds), LockSeconds, "between 0 and 3600"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
