using Plumbline.Feedback.Annotators;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Tests.Annotators;

/// <summary>Labels of items whose true classes are known, by raters whose skills are known.</summary>
internal sealed record PlantedLabels(IReadOnlyList<Label> Labels, IReadOnlyDictionary<string, string> Truth)
{
    public LabelTable Table { get; } = LabelTable.Of(Labels);

    /// <summary>Raters who are right with their skill, and say any wrong class otherwise.</summary>
    /// <param name="skills">One of each rater.</param>
    /// <param name="perItem">How many raters label an item, drawn at random.</param>
    public static PlantedLabels OneCoin(Seed seed, int items, int classes, IReadOnlyList<double> skills, int perItem) =>
        Of(
            seed,
            items,
            classes,
            skills.Count,
            perItem,
            (random, rater, truth) => random.NextBool(skills[rater]) ? truth : (truth + 1 + random.NextInt(classes - 1)) % classes
        );

    /// <summary>Raters who say what a rule makes of the truth.</summary>
    public static PlantedLabels Of(Seed seed, int items, int classes, int raters, int perItem, Func<RandomSource, int, int, int> say)
    {
        var random = seed.Derive("labels").Source();
        int[] order = [.. Enumerable.Range(0, raters)];
        var labels = new List<Label>();
        var truths = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var item = 0; item < items; item++)
        {
            var truth = random.NextInt(classes);
            truths[Item(item)] = Class(truth);
            random.Shuffle<int>(order);
            foreach (var rater in order.Take(perItem))
            {
                labels.Add(new Label(Item(item), Rater(rater), Class(say(random, rater, truth))));
            }
        }

        return new PlantedLabels(labels, truths);
    }

    public static string Item(int item) => $"item {item:D5}";

    public static string Rater(int rater) => $"rater {rater:D4}";

    public static string Class(int kind) => $"class {kind}";

    /// <summary>How many items a fit gives their true class.</summary>
    public int Right(AnnotatorFit fit) =>
        Enumerable.Range(0, fit.Labels.Items.Count).Count(item => fit.Labels.Classes[fit.Likeliest(item)] == Truth[fit.Labels.Items[item]]);
}
