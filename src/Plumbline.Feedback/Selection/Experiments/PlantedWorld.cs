using Plumbline.Feedback.Selection.Rewards;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Selection.Experiments;

/// <summary>A world of <see cref="PlantedWorldOptions"/>.</summary>
internal sealed record PlantedWorld : SelectionWorld
{
    private readonly Seed seed;
    private readonly double[] utilities;
    private readonly double[] skills;

    private PlantedWorld(
        Seed seed,
        IReadOnlyList<double[]> answers,
        double[] utilities,
        double[] skills,
        IReadOnlyList<RankingCandidate> tasks,
        IReadOnlyList<double[]> heldOut
    )
        : base(answers, tasks, heldOut)
    {
        (this.seed, this.utilities, this.skills) = (seed, utilities, skills);
    }

    /// <summary>Draws a world.</summary>
    public static PlantedWorld Of(PlantedWorldOptions options, Seed seed)
    {
        var prompts = options.Prompts + options.HeldOutPrompts;
        var features = seed.Derive("features").Source();
        double[][][] answers = [.. Enumerable.Range(0, prompts).Select(_ => Prompt(options, features))];
        var weights = Weights(options, answers, seed);
        double[][] bought = [.. answers.Take(options.Prompts).SelectMany(prompt => prompt)];
        var random = seed.Derive("skills").Source();
        return new PlantedWorld(
            seed,
            bought,
            [.. bought.Select(answer => VectorArithmetic.Dot(answer, weights))],
            [.. Enumerable.Range(0, options.Raters).Select(_ => Math.Exp(options.SkillDeviation * random.NextNormal()))],
            AllTasks(options),
            [.. answers.Skip(options.Prompts).SelectMany(Pairs).Select(difference => Ordered(difference, weights))]
        );
    }

    /// <inheritdoc/>
    public override double Skill(int labels) => skills[seed.Derive("rater", labels).Source().NextInt(skills.Length)];

    /// <inheritdoc/>
    public override IReadOnlyList<int> Label(int task, int labels)
    {
        // Gumbel's noise on skill · utility, sorted, is a draw of Plackett and Luce's. The noise is the task's, so that two rules that buy it see the same chance.
        var random = seed.Derive("label", task).Source();
        var skill = Skill(labels);
        double[] values =
        [
            .. Tasks[task].Answers.Select(answer => (skill * utilities[answer]) - Math.Log(-Math.Log(1 - random.NextDouble()))),
        ];
        return [.. values.Select(value => 1 + values.Count(other => other > value))];
    }

    private static double[][] Prompt(PlantedWorldOptions options, RandomSource random)
    {
        double[] Vector(double scale) =>
            [.. Enumerable.Range(1, options.Dimension).Select(k => scale * Math.Pow(k, -options.SpectrumDecay / 2) * random.NextNormal())];
        var spread = Math.Exp(options.SpreadDeviation * random.NextNormal());
        // What all answers to a prompt share: it cancels in every comparison, as it does in real embeddings.
        var center = Vector(1);
        return
        [
            .. Enumerable
                .Range(0, options.AnswersPerPrompt)
                .Select(_ =>
                {
                    var answer = Vector(spread);
                    VectorArithmetic.AddScaled(answer, 1, center);
                    return answer;
                }),
        ];
    }

    private static double[] Weights(PlantedWorldOptions options, double[][][] answers, Seed seed)
    {
        var random = seed.Derive("weights").Source();
        double[] weights = [.. Enumerable.Range(0, options.Dimension).Select(_ => random.NextNormal())];
        var mean = answers.SelectMany(Pairs).Average(pair => Math.Pow(VectorArithmetic.Dot(pair, weights), 2));
        return [.. weights.Select(weight => weight * options.UtilityDeviation / Math.Sqrt(mean))];
    }

    private static IEnumerable<double[]> Pairs(double[][] answers)
    {
        for (var i = 1; i < answers.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                double[] difference = [.. answers[i]];
                VectorArithmetic.AddScaled(difference, -1, answers[j]);
                yield return difference;
            }
        }
    }

    private static double[] Ordered(double[] difference, double[] weights) =>
        VectorArithmetic.Dot(difference, weights) >= 0 ? difference : [.. difference.Select(value => -value)];

    private static IReadOnlyList<RankingCandidate> AllTasks(PlantedWorldOptions options)
    {
        var choices = Enumerable
            .Range(0, 1 << options.AnswersPerPrompt)
            .Select(subset => Enumerable.Range(0, options.AnswersPerPrompt).Where(answer => (subset & (1 << answer)) != 0).ToArray())
            .Where(answers => answers.Length == options.AnswersPerTask)
            .ToArray();
        return
        [
            .. Enumerable
                .Range(0, options.Prompts)
                .SelectMany(prompt =>
                    choices.Select(choice => new RankingCandidate(
                        $"{prompt}:{string.Join(',', choice)}",
                        [.. choice.Select(answer => (prompt * options.AnswersPerPrompt) + answer)]
                    ))
                ),
        ];
    }
}
