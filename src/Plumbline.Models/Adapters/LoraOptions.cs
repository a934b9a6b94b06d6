using Plumbline.Configuration;

namespace Plumbline.Models.Adapters;

/// <summary>A low-rank adapter, in the terms of PEFT's <c>LoraConfig</c>.</summary>
public sealed record LoraOptions : IValidatedOptions
{
    /// <summary>Stands in <see cref="TargetModules"/> for every matrix multiply of every block; embeddings and heads are none.</summary>
    public const string AllLinear = "all-linear";

    private const int LargestRank = 1 << 16;

    /// <summary>Rank r of the update B·A, from 1.</summary>
    /// <value>8</value>
    public int Rank { get; init; } = 8;

    /// <summary>The update counts α/r (with <see cref="UseRslora"/> α/√r) times.</summary>
    /// <value>8</value>
    public double Alpha { get; init; } = 8;

    /// <summary>Share of a projection's inputs that the update does not see in a training pass, in [0, 1).</summary>
    /// <value>0</value>
    public double Dropout { get; init; }

    /// <summary>
    /// The modules to adapt: <c>all-linear</c>, or names as Hugging Face has them, whole or from a dot on (<c>q_proj</c>, <c>mlp.down_proj</c>). Empty where
    /// <see cref="TargetPattern"/> says it.
    /// </summary>
    /// <value>all-linear</value>
    public IReadOnlyList<string> TargetModules { get; init; } = [AllLinear];

    /// <summary>A regular expression over whole module names, instead of <see cref="TargetModules"/>; null for none.</summary>
    public string? TargetPattern { get; init; }

    /// <summary>Ranks that differ, by regular expressions over names or their ends behind a dot; the first that matches counts.</summary>
    /// <value>none</value>
    public IReadOnlyDictionary<string, int> RankPattern { get; init; } = new Dictionary<string, int>();

    /// <summary>Alphas that differ, as <see cref="RankPattern"/>.</summary>
    /// <value>none</value>
    public IReadOnlyDictionary<string, double> AlphaPattern { get; init; } = new Dictionary<string, double>();

    /// <summary>Rank-stabilised scaling α/√r (arXiv 2312.03732).</summary>
    /// <value>false</value>
    public bool UseRslora { get; init; }

    /// <summary>Weight decomposition: a trained length for each row of the adapted matrix (arXiv 2402.09353).</summary>
    /// <value>false</value>
    public bool UseDora { get; init; }

    /// <summary>Modules trained whole beside the adapter and saved with it: <c>score</c> or <c>classifier</c>, the head of a scored decoder.</summary>
    /// <value>none</value>
    public IReadOnlyList<string> ModulesToSave { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object? Value, string Range)[] checks =
        [
            (Rank is >= 1 and <= LargestRank, nameof(Rank), Rank, $"from 1 to {LargestRank}"),
            (Alpha > 0 && double.IsFinite(Alpha), nameof(Alpha), Alpha, "above 0"),
            (Dropout is >= 0 and < 1, nameof(Dropout), Dropout, "in [0, 1)"),
            (
                TargetPattern is null || TargetModules is [] or [AllLinear],
                nameof(TargetPattern),
                TargetPattern,
                "left out where target_modules is set"
            ),
            (
                TargetPattern is not null || (TargetModules.Count > 0 && TargetModules.All(name => name.Length > 0)),
                nameof(TargetModules),
                string.Join(", ", TargetModules),
                "all-linear, or names of modules"
            ),
            (TargetPattern is not "", nameof(TargetPattern), TargetPattern, "a regular expression"),
            (
                RankPattern.Values.All(rank => rank is >= 1 and <= LargestRank),
                nameof(RankPattern),
                RankPattern.Values.DefaultIfEmpty(1).Min(),
                $"ranks from 1 to {LargestRank}"
            ),
            (
                AlphaPattern.Values.All(alpha => alpha > 0 && double.IsFinite(alpha)),
                nameof(AlphaPattern),
                AlphaPattern.Values.DefaultIfEmpty(1).Min(),
                "alphas above 0"
            ),
            (
                ModulesToSave.All(name => name is "score" or "classifier"),
                nameof(ModulesToSave),
                string.Join(", ", ModulesToSave),
                "empty, [score] or [classifier]"
            ),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
