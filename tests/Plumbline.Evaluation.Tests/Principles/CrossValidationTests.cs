using Plumbline.Evaluation.Principles.Fitting;
using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;

namespace Plumbline.Evaluation.Tests.Principles;

public sealed class CrossValidationTests
{
    [Fact]
    public void Pairs_of_one_prompt_stand_in_one_part_and_parts_are_even()
    {
        int[] groups = [.. Enumerable.Range(0, 300).Select(pair => pair % 50)];

        var folds = GroupFolds.Of(groups, 5, new Seed(4));

        Assert.All(
            groups.Select((group, pair) => (group, fold: folds[pair])).GroupBy(entry => entry.group),
            group => Assert.Single(group.DistinctBy(entry => entry.fold))
        );
        Assert.All(Enumerable.Range(0, 5), fold => Assert.Equal(60, groups.Where((_, pair) => folds[pair] == fold).Count()));
        Assert.Equal(
            Enumerable.Range(0, 300).Select(pair => folds[pair]),
            Enumerable.Range(0, 300).Select(pair => GroupFolds.Of(groups, 5, new Seed(4))[pair])
        );
    }

    [Fact]
    public void Fewer_prompts_than_parts_are_refused() =>
        Assert.Contains(
            "3 pairs of 2 prompts",
            Assert.Throws<InvalidInputException>(() => GroupFolds.Of([0, 1, 1], 5, new Seed(1))).Message,
            StringComparison.Ordinal
        );

    /// <summary>
    /// Each prompt has a column of its own that tells all of its pairs. With its pairs in several parts it would foretell them; by prompt it knows nothing of a prompt that it never saw.
    /// </summary>
    [Fact]
    public void What_belongs_to_one_prompt_foretells_nothing()
    {
        const int prompts = 20,
            each = 6;
        int[] byPrompt = [.. Enumerable.Range(0, prompts * each).Select(pair => pair / each)];
        double[][] columns = [.. Enumerable.Range(0, prompts).Select(prompt => byPrompt.Select(own => own == prompt ? 1.0 : 0).ToArray())];
        WinRate Accuracy(int[] groups)
        {
            var pairs = PairDifferences.Of(columns, groups);
            var folds = GroupFolds.Of(groups, 5, new Seed(2));
            var penalties = CrossValidation.PenaltyByFold(pairs, folds, CancellationToken.None);
            return WinRate.Of(CrossValidation.HeldOutLeads(pairs, folds, penalties, CancellationToken.None));
        }

        Assert.Equal(0.5, Accuracy(byPrompt).Value);
        Assert.Equal(prompts * each, Accuracy(byPrompt).Ties);
        Assert.True(Accuracy([.. Enumerable.Range(0, prompts * each)]).Value > 0.95);
    }

    [Fact]
    public void A_prompt_with_many_pairs_has_one_voice_in_the_sign_test()
    {
        double[] differences = [.. Enumerable.Repeat(1.0, 30), -1, -1, 0];
        int[] groups = [.. Enumerable.Repeat(0, 30), 1, 2, 3];

        var share = UnivariateShare.Of(differences, groups);

        Assert.Equal(new Proportion(30, 32), share.More);
        Assert.Equal(1, share.Ties);
        // One prompt against two.
        Assert.Equal(1, share.P);
        Assert.Equal(Math.Pow(2, -31), UnivariateShare.Of([.. Enumerable.Repeat(1.0, 32)], [.. Enumerable.Range(0, 32)]).P, 1e-20);
    }
}
