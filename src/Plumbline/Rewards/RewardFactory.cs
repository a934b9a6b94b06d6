using Plumbline.Configuration;

namespace Plumbline.Rewards;

/// <summary>Makes rewards from options.</summary>
/// <param name="fallback">
/// Makes the kinds that need more than options, a model for one; gives null for a kind that it does not know. Null where there are no such kinds.
/// </param>
public sealed class RewardFactory(Func<RewardSourceOptions, IReward?>? fallback = null)
{
    /// <summary>Makes one reward, without its weight.</summary>
    /// <param name="options">Which one.</param>
    /// <exception cref="InvalidInputException">The options are not usable, or nothing here makes a reward of that kind.</exception>
    public IReward Create(RewardSourceOptions options)
    {
        OptionsValidation.ThrowIfInvalid(options);
        return options.Kind switch
        {
            RewardKind.ExactMatch => new ExactMatch(options.ExactMatch ?? new ExactMatchOptions()),
            RewardKind.Regex => new RegexMatch(options.Regex!),
            RewardKind.JsonSchema => new JsonSchemaMatch(options.JsonSchema!),
            RewardKind.Arithmetic => new ArithmeticMatch(options.Arithmetic ?? new ArithmeticMatchOptions()),
            RewardKind.Overlong => new OverlongPenalty(options.Overlong!),
            RewardKind.Function => RewardFunctions.Find(options.Function!).Create(options.Settings),
            _ => fallback?.Invoke(options)
                ?? throw new InvalidInputException(
                    $"A reward of the kind {OptionText.SnakeCase(options.Kind.ToString())} cannot be made here.",
                    "Use another kind."
                ),
        };
    }

    /// <summary>Makes a sum of rewards, named by their options, else by function or kind. One that is a sum itself is taken apart, so that each of its sources is told: as <c>name/source</c>.</summary>
    /// <param name="sources">At least one.</param>
    /// <exception cref="InvalidInputException">The options of one are not usable, or they do not make a sum.</exception>
    public RewardSum CreateSum(IReadOnlyList<RewardSourceOptions> sources) => new([.. sources.SelectMany(Parts)]);

    private IEnumerable<RewardSource> Parts(RewardSourceOptions source) =>
        Create(source) switch
        {
            RewardSum sum => sum.Sources.Select(part => new RewardSource(
                $"{NameOf(source)}/{part.Name}",
                source.Weight * part.Weight,
                part.Reward
            )),
            var reward => [new RewardSource(NameOf(source), source.Weight, reward)],
        };

    private static string NameOf(RewardSourceOptions source) =>
        source.Name ?? source.Function ?? OptionText.SnakeCase(source.Kind.ToString());
}
