using Plumbline.Data;
using Plumbline.Training.Preferences;

namespace Plumbline.Cli.Pipelines.Prefer;

/// <summary>The rows of a preference run, as pairs or as judged answers, cut into training and held-out parts by conversation.</summary>
/// <remarks>
/// Rankings become all pairs of answers that are not tied. For a loss of judged answers, pairs become a good and a bad answer. Judged answers cannot become pairs.
/// </remarks>
internal sealed record PreferData(
    IReadOnlyList<PreferenceExample> TrainingPairs,
    IReadOnlyList<PreferenceExample> HeldOutPairs,
    IReadOnlyList<UnpairedPreferenceExample> TrainingAnswers,
    IReadOnlyList<UnpairedPreferenceExample> HeldOutAnswers,
    DatasetReport Report
)
{
    /// <summary>What a small model of our own may read.</summary>
    internal IReadOnlyList<Example> Training => TrainingPairs.Count > 0 ? TrainingPairs : TrainingAnswers;

    /// <summary>Reads and splits.</summary>
    /// <param name="options">The files, the split and the loss.</param>
    /// <param name="mixture">The losses of pairs; null for a loss of judged answers.</param>
    /// <exception cref="InvalidInputException">
    /// The rows hold no preferences, the loss needs pairs and they hold none, pairs lack what it learns from or say what it cannot learn, or a part would be empty.
    /// </exception>
    internal static PreferData Read(PreferOptions options, PreferenceLossMixture? mixture)
    {
        var reader = options.Data.Open();
        if (reader.Has(DatasetShape.UnpairedPreference))
        {
            if (!options.IsUnpaired)
            {
                throw new InvalidInputException(
                    $"The rows are answers judged each for itself, and {options.LossType} learns from pairs.",
                    "Use loss_type: kto, bco or apo_zero_unpaired, or give pairs or rankings.",
                    new InputPosition(options.Data.Path)
                );
            }

            var answers = reader.ReadUnpairedPreferences().ToList();
            var (training, heldOut) = ConversationSplit.By(answers, row => row.Prompt, options.Data.HeldOut, options.Seed);
            return new PreferData([], [], training, heldOut, reader.Report);
        }

        var pairs = reader.ReadPreferences(options.SoftLabels).ToList();
        if (mixture?.NeedsGold == true)
        {
            ThrowIfGoldIsMissing(options, pairs);
        }

        if (mixture?.WholeBatch == true)
        {
            ThrowIfLabelsAreSoft(options, pairs);
        }

        var (trainingPairs, heldOutPairs) = ConversationSplit.By(pairs, pair => pair.Prompt, options.Data.HeldOut, options.Seed);
        return new PreferData(
            trainingPairs,
            heldOutPairs,
            options.IsUnpaired ? [.. trainingPairs.SelectMany(pair => pair.ToUnpaired())] : [],
            [],
            reader.Report
        );
    }

    private static void ThrowIfGoldIsMissing(PreferOptions options, List<PreferenceExample> pairs)
    {
        var without = pairs.Count(pair => pair.Gold is null);
        if (without > 0)
        {
            throw new InvalidInputException(
                $"{options.LossType} learns from a third, gold answer to each prompt, and {without} of {pairs.Count} pairs have none in the column 'gold'.",
                "Give every row a gold answer, or use a loss of pairs alone, such as simpo or cpo.",
                new InputPosition(options.Data.Path)
            );
        }
    }

    private static void ThrowIfLabelsAreSoft(PreferOptions options, List<PreferenceExample> pairs)
    {
        var soft = pairs.Count(pair => pair.Confidence < 1);
        if (soft > 0)
        {
            throw new InvalidInputException(
                $"{options.LossType} sorts the pairs of a step, so that no pair has a loss of its own, and {soft} of {pairs.Count} pairs have a confidence below 1.",
                "Set soft_labels to false to take their labels for certain, or use another loss.",
                new InputPosition(options.Data.Path)
            );
        }
    }
}
