using Plumbline.Feedback.Annotators;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Tests.Annotators;

/// <summary>
/// Whether 95 % intervals hold planted skills 95 % of the time. Bounds fixed beforehand: 0.999 of binomials (200, 0.95) lie in [179, 198], and of (600, 0.95) in [551, 586].
/// </summary>
public sealed class SkillIntervalTests(ITestOutputHelper output)
{
    private static readonly double[] Skills = [0.95, 0.9, 0.85, 0.8, 0.7, 0.65, 0.6, 0.55];

    [Theory]
    [InlineData(2, 8)]
    [InlineData(2, 4)]
    [InlineData(3, 4)]
    public void Intervals_of_one_coin_hold_planted_skills_as_often_as_they_say(int classes, int perItem) =>
        AssertCovers($"one coin, {classes} classes, {perItem} labels an item", new OneCoinDawidSkene(), classes, perItem);

    [Theory]
    [InlineData(2, 8)]
    [InlineData(3, 4)]
    public void Intervals_of_Dawid_and_Skene_hold_planted_skills_as_often_as_they_say(int classes, int perItem) =>
        AssertCovers($"Dawid-Skene, {classes} classes, {perItem} labels an item", new DawidSkene(), classes, perItem);

    [Fact]
    public void Intervals_of_MACE_hold_planted_competences_as_often_as_they_say()
    {
        double[] competences = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3];
        var covered = 0;
        for (var trial = 0; trial < 200; trial++)
        {
            // Spammers have habits: class 0 half of the time.
            var planted = PlantedLabels.Of(
                new Seed(31).Derive("mace", trial),
                200,
                3,
                competences.Length,
                5,
                (random, rater, truth) =>
                    random.NextBool(competences[rater]) ? truth
                    : random.NextBool(0.5) ? 0
                    : 1 + random.NextInt(2)
            );
            var rater = trial % competences.Length;
            var fit = new Mace().Fit(planted.Table, TestContext.Current.CancellationToken);
            covered += fit.Competences[rater]!.Value.Interval!.Value.Contains(competences[rater]) ? 1 : 0;
        }

        output.WriteLine($"MACE: covered {covered} of 200");
        Assert.InRange(covered, 179, 198);
    }

    [Fact]
    public void With_more_raters_than_fit_into_a_matrix_intervals_hold_their_skills_too()
    {
        var random = new Seed(32).Source();
        double[] skills = [.. Enumerable.Range(0, 600).Select(_ => 0.6 + (0.35 * random.NextDouble()))];
        var planted = PlantedLabels.OneCoin(new Seed(33), 1500, 2, skills, 20);

        var fit = new OneCoinDawidSkene().Fit(planted.Table, TestContext.Current.CancellationToken);

        var covered = skills.Where((skill, rater) => fit.Skills[rater].Accuracy!.Value.Interval!.Value.Contains(skill)).Count();
        output.WriteLine($"600 raters: covered {covered}");
        Assert.InRange(covered, 551, 586);
    }

    private void AssertCovers(string what, IAnnotatorModel model, int classes, int perItem)
    {
        var covered = 0;
        for (var trial = 0; trial < 200; trial++)
        {
            var planted = PlantedLabels.OneCoin(new Seed(30).Derive(what, trial), 200, classes, Skills, perItem);
            var rater = trial % Skills.Length;
            var fit = model.Fit(planted.Table, TestContext.Current.CancellationToken);
            covered += fit.Skills[rater].Accuracy!.Value.Interval is { } interval && interval.Contains(Skills[rater]) ? 1 : 0;
        }

        output.WriteLine($"{what}: covered {covered} of 200");
        Assert.InRange(covered, 179, 198);
    }
}
