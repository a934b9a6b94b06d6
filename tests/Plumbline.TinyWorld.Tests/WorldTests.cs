using Plumbline.Randomness;

namespace Plumbline.TinyWorld.Tests;

public sealed class WorldTests
{
    private static readonly World World = World.Generate(new Seed(1));

    [Fact]
    public void Every_prompt_is_asked_in_its_own_words()
    {
        var prompts = World.TrainingPrompts.Concat(World.EvaluationPrompts.All).ToArray();

        Assert.Equal(prompts.Length, prompts.Select(prompt => prompt.Text).Distinct(StringComparer.Ordinal).Count());
        Assert.All(prompts, prompt => Assert.Same(prompt, World.Find(prompt.Text)));
        Assert.Null(World.Find("What is the airspeed of a swallow?"));
        Assert.DoesNotContain(
            prompts,
            prompt => prompt.Text.Contains('{') || prompt.GoodAnswers.Concat(prompt.BadAnswers).Any(answer => answer.Contains('{'))
        );
    }

    [Fact]
    public void The_languages_are_parallel_and_have_the_promised_number_of_facts()
    {
        var prompts = World.TrainingPrompts.Concat(World.EvaluationPrompts.All).ToArray();

        var perLanguage = prompts
            .GroupBy(prompt => prompt.Language)
            .Select(language => language.CountBy(prompt => (prompt.Kind, prompt.Topic)).ToDictionary())
            .ToArray();

        Assert.Equal(3, perLanguage.Length);
        Assert.All(perLanguage, counts => Assert.Equal(perLanguage[0], counts));
        var facts = prompts.Where(prompt => prompt is { Kind: PromptKind.Fact, Language: WorldLanguage.German });
        Assert.InRange(facts.DistinctBy(prompt => prompt.Topic + prompt.Subject).Count(), 100, 200);
    }

    [Fact]
    public void Answers_are_short()
    {
        var answers = World.TrainingPrompts.SelectMany(prompt => prompt.GoodAnswers.Concat(prompt.BadAnswers));

        Assert.All(answers, answer => Assert.InRange(answer.Split(' ').Length, 2, 25));
    }
}
