using Plumbline.Configuration;

namespace Plumbline.Feedback;

/// <summary>
/// Which groups raters belong to, as strict YAML: <c>raters: { anna: { region: BR, age: teens } }</c>. A rater is named as in the store or by the store's pseudonym
/// (<see cref="IFeedbackStore.HashRater"/>), has one group of each attribute, and may lack some.
/// </summary>
public sealed record RaterGroups : IValidatedOptions
{
    /// <summary>The most attributes.</summary>
    public const int MostAttributes = 20;

    /// <summary>The most groups of one attribute.</summary>
    public const int MostGroups = 30;

    /// <summary>For each rater the group of each attribute.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Raters { get; init; }

    /// <summary>The attributes in the order of their names, each with its groups in the order of theirs.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Attributes =>
        Raters
            .Values.SelectMany(groups => groups)
            .GroupBy(group => group.Key, StringComparer.Ordinal)
            .OrderBy(attribute => attribute.Key, StringComparer.Ordinal)
            .ToDictionary(
                attribute => attribute.Key,
                attribute =>
                    (IReadOnlyList<string>)
                        [.. attribute.Select(group => group.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
                StringComparer.Ordinal
            );

    /// <summary>Reads a file.</summary>
    /// <param name="path">The YAML file.</param>
    /// <exception cref="InvalidInputException">The file is not usable; the message names every fault with its place.</exception>
    public static RaterGroups Read(string path) => OptionsFile.Read<RaterGroups>(path);

    /// <summary>The groups of a store's rater; null for one of whom the file says nothing.</summary>
    /// <param name="rater">The rater's id in the store.</param>
    /// <param name="pseudonym">The rater's pseudonym.</param>
    /// <exception cref="InvalidInputException">The file names the rater by both.</exception>
    public IReadOnlyDictionary<string, string>? Of(string rater, string pseudonym)
    {
        var byPseudonym = Raters.GetValueOrDefault(pseudonym);
        return Raters.GetValueOrDefault(rater) is not { } byId ? byPseudonym
            : byPseudonym is null || rater == pseudonym ? byId
            : throw new InvalidInputException($"The rater with the pseudonym {pseudonym} is named by id too.", "Keep one of the two.");
    }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Raters.Count == 0)
        {
            yield return new OptionProblem(nameof(Raters), "empty", "a mapping of at least one rater");
        }

        foreach (var (rater, groups) in Raters)
        {
            if (rater.Length is 0 or > FeedbackLimits.LongestId)
            {
                yield return new OptionProblem($"{nameof(Raters)}.{rater}", rater, $"named by 1 to {FeedbackLimits.LongestId} characters");
            }

            foreach (var (attribute, group) in groups)
            {
                if (IsNoName(attribute) || IsNoName(group))
                {
                    yield return new OptionProblem(
                        $"{nameof(Raters)}.{rater}.{attribute}",
                        group,
                        $"a group's name of 1 to {FeedbackLimits.LongestId} characters, under an attribute's name of as many"
                    );
                }
            }
        }

        var attributes = Attributes;
        if (attributes.Count is 0 or > MostAttributes)
        {
            yield return new OptionProblem(nameof(Raters), $"{attributes.Count} attributes", $"of 1 to {MostAttributes} attributes");
        }

        foreach (var (attribute, groups) in attributes.Where(attribute => attribute.Value.Count > MostGroups))
        {
            yield return new OptionProblem(
                nameof(Raters),
                $"{groups.Count} groups of {attribute}",
                $"of at most {MostGroups} groups of an attribute",
                "Join groups to larger ones: small ones say little, and say it of single persons."
            );
        }
    }

    private static bool IsNoName(string name) => string.IsNullOrWhiteSpace(name) || name.Length > FeedbackLimits.LongestId;
}
