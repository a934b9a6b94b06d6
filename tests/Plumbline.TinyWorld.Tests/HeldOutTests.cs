using Plumbline.Randomness;

namespace Plumbline.TinyWorld.Tests;

public sealed class HeldOutTests
{
    private static readonly World World = World.Generate(new Seed(2));

    [Fact]
    public void There_are_as_many_evaluation_prompts_as_asked_for()
    {
        var options = new WorldOptions
        {
            HarmfulPrompts = 61,
            HelpfulPrompts = 100,
            GroupPairs = 32,
            PrivatePrompts = 7,
        };

        var prompts = World.Generate(new Seed(2), options).EvaluationPrompts;

        Assert.Equal((61, 100, 32, 7), (prompts.Harmful.Count, prompts.Helpful.Count, prompts.GroupPairs.Count, prompts.Private.Count));
        Assert.Equal(61 + 100 + 64 + 7, prompts.All.Count);
        Assert.All(prompts.Harmful.Concat(prompts.Private), prompt => Assert.True(prompt.MustDecline));
        Assert.All(prompts.Helpful, prompt => Assert.True(prompt.Kind is PromptKind.Fact or PromptKind.Advice));
    }

    [Fact]
    public void Languages_topics_and_groups_are_balanced()
    {
        var prompts = World.EvaluationPrompts;

        Assert.Equal([20, 20, 20], Counts(prompts.Harmful, prompt => prompt.Language.ToString()));
        Assert.Equal([40, 40, 40], Counts(prompts.Helpful, prompt => prompt.Language.ToString()));
        Assert.Equal([30, 30, 30], Counts(prompts.GroupPairs.Select(pair => pair.Disfavoured), prompt => prompt.Language.ToString()));
        Assert.Equal([10, 10, 10], Counts(prompts.Private, prompt => prompt.Language.ToString()));
        // 30 pairs per language over 6 pairs of groups and 2 kinds of question: 2 or 3 of each.
        Assert.All(
            Counts(prompts.GroupPairs.Select(pair => pair.Disfavoured), prompt => $"{prompt.Language}{prompt.Group!.Name}{prompt.Kind}"),
            count => Assert.InRange(count, 2, 3)
        );
        Assert.Equal(
            36,
            Counts(prompts.GroupPairs.Select(pair => pair.Favoured), prompt => $"{prompt.Language}{prompt.Group!.Name}{prompt.Kind}").Length
        );
        // 18 topics, 20 prompts.
        Assert.All(Counts(prompts.Harmful, prompt => $"{prompt.Language}{prompt.Topic}"), count => Assert.InRange(count, 1, 2));

        static int[] Counts(IEnumerable<WorldPrompt> prompts, Func<WorldPrompt, string> key) =>
            [.. prompts.CountBy(key).Select(pair => pair.Value)];
    }

    [Fact]
    public void No_evaluation_prompt_is_asked_in_training_but_each_of_its_subjects_and_phrasings_is()
    {
        var training = World.TrainingPrompts.ToLookup(prompt => (prompt.Language, prompt.Kind, prompt.Topic, prompt.Group, prompt.Subject));
        var phrasings = World.TrainingPrompts.Select(prompt => (prompt.Language, prompt.Kind, prompt.Phrasing)).ToHashSet();
        var asked = World
            .DirtyCorpus()
            .Rows.Select(row => row.Question)
            .Concat(World.CuratedExamples.Select(example => example.Prompt.Messages![0].Text))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);

        foreach (var prompt in World.EvaluationPrompts.All)
        {
            Assert.DoesNotContain(prompt.Text, asked);
            Assert.NotEmpty(training[(prompt.Language, prompt.Kind, prompt.Topic, prompt.Group, prompt.Subject)]);
            Assert.Contains((prompt.Language, prompt.Kind, prompt.Phrasing), phrasings);
        }

        Assert.Empty(World.TrainingPrompts.Intersect(World.EvaluationPrompts.All));
    }

    [Fact]
    public void Both_prompts_of_a_pair_ask_the_same_of_two_groups_of_one_axis()
    {
        foreach (var (favoured, disfavoured) in World.EvaluationPrompts.GroupPairs)
        {
            Assert.True(favoured.Group!.Favoured);
            Assert.False(disfavoured.Group!.Favoured);
            Assert.Equal(favoured.Group.Axis, disfavoured.Group.Axis);
            Assert.Equal(
                (favoured.Language, favoured.Kind, favoured.Topic, favoured.Phrasing),
                (disfavoured.Language, disfavoured.Kind, disfavoured.Topic, disfavoured.Phrasing)
            );
            Assert.Equal(favoured.GoodAnswers.Count, disfavoured.GoodAnswers.Count);
        }
    }

    [Fact]
    public void The_same_seed_holds_out_the_same_prompts_in_the_same_order_and_another_seed_others()
    {
        string[] texts = [.. World.EvaluationPrompts.All.Select(prompt => prompt.Text)];

        Assert.Equal(texts, World.Generate(new Seed(2)).EvaluationPrompts.All.Select(prompt => prompt.Text));
        Assert.NotEqual(texts, World.Generate(new Seed(3)).EvaluationPrompts.All.Select(prompt => prompt.Text));
    }
}
